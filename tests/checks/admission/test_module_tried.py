"""The check `module-tried`."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks import catalogue
from azext_iotdiag.checks.admission.module_tried import module_tried
from azext_iotdiag.checks.verdict import judge
from azext_iotdiag.model.keys import Asked, GivenKey, KeyComparison
from azext_iotdiag.model.simulated import Simulated
from azext_iotdiag.model.verdict import State
from tests.checks.judging import known, verdict

MODULE = {"asked": Asked("", "d", "m"), "given": GivenKey("--cs", "module", host="h", device="d", module="m")}
DEVICE = {"asked": Asked("", "d"), "given": GivenKey("--cs", "device", host="h", device="d")}


@pytest.mark.parametrize(
    "facts",
    [
        MODULE | {"key_comparison": KeyComparison("h", "d", "m", "sas")},
        MODULE | {"simulated": Simulated("d")},
    ],
)
def test_what_is_healthy(facts: dict[str, Any]) -> None:
    assert verdict(module_tried, **facts) == ("pass", [])


def test_a_device_is_no_module() -> None:
    """A check that passed would say that something was compared."""
    assert verdict(module_tried, **DEVICE) == ("skip", [])


def test_a_string_alone_decides_nothing() -> None:
    assert verdict(module_tried, **MODULE) == ("error", [("module-not-tried", "warn")])
    found = judge(catalogue.ALL, known(now=0.0, **MODULE), lambda: 0.0).verdict
    assert found.state is State.UNDETERMINED, "no fault was looked for, so that none was seen says nothing"


def test_a_module_that_only_the_user_names_is_not_tried() -> None:
    asked = {"asked": Asked("", "d", "m"), "given": DEVICE["given"]}
    assert verdict(module_tried, **asked) == ("skip", [])
