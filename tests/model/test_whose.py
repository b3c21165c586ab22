"""What people call the device, or the module of it, that a command was about."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.method import MethodAnswer, MethodCall
from azext_iotdiag.model.twin_test import TwinTest


@pytest.mark.parametrize(("module", "whose"), [("", "pump"), ("m", "pump/m")])
def test_a_module_is_named_with_its_device(module: str, whose: str) -> None:
    assert TwinTest("h", "pump", module, "a", "1").whose == whose
    assert MethodAnswer("h", "pump", module, MethodCall(), 200, 0.0, 0.0).whose == whose
