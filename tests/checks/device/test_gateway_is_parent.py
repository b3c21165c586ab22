"""The check `gateway-is-parent`."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks.device.gateway_is_parent import gateway_is_parent
from azext_iotdiag.model.gateway import Gateway
from azext_iotdiag.model.identity import Identity
from tests.checks.judging import verdict


@pytest.mark.parametrize(("more", "judged"), [
    ({"authentication": "selfSigned"}, "fail"), ({"authentication": "sas"}, "fail"),
    ({"authentication": "sas", "reported": 1}, "warn"),
    ({"authentication": "selfSigned", "last_activity": 1}, "warn"),
    ({"authentication": "selfSigned", "parents": True}, "pass"), ({"known": False}, "pass"), ({"edge": True}, "pass"),
])  # fmt: skip
def test_a_device_that_is_no_child_of_the_gateway_in_its_string(more: dict[str, Any], judged: str) -> None:
    found = verdict(gateway_is_parent, gateway=Gateway("gate"), identity=Identity("h", "pump", **more))
    assert found[0] == judged
