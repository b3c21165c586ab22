"""A disabled device cannot send."""

from __future__ import annotations

from azext_iotdiag.checks.admission.device_enabled import device_enabled
from azext_iotdiag.model.identity import Identity
from tests.checks.judging import finding, verdict


def test_verdict() -> None:
    assert verdict(device_enabled, identity=Identity("h", "d", known=True, status="enabled")) == ("pass", [])
    disabled = Identity("h", "d", known=True, status="disabled")
    assert verdict(device_enabled, identity=disabled) == ("fail", [("device-disabled", "fail")])
    assert finding(device_enabled, identity=disabled).message == "h shows 'd' as disabled"


def test_the_reason_is_shown() -> None:
    found = finding(device_enabled, identity=Identity("h", "d", known=True, status="disabled", status_reason="stolen"))
    assert found.message == "h shows 'd' as disabled: stolen"
    assert found.evidence == {"device": "d", "reason": "stolen"}
