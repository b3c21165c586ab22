"""Whether a provisioning service can register devices at all."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.provisioning.dps_serves import dps_serves
from azext_iotdiag.model.dps import ProvisioningAsked
from azext_iotdiag.model.dps_settings import DpsSettings
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Certainty
from tests.checks.judging import finding, verdict


@pytest.mark.parametrize(
    ("settings", "status", "codes"),
    [
        ({}, "pass", []),
        ({"state": "Active"}, "pass", []),
        ({"state": "Suspended"}, "fail", [("dps-not-active", "fail")]),
        ({"public_access": False}, "warn", [("dps-public-access-off", "warn")]),
        ({"address_rules": 1}, "warn", [("dps-addresses-restricted", "warn")]),
        ({"public_access": False, "address_rules": 1}, "warn", [("dps-public-access-off", "warn")]),
    ],
)
def test_verdict(settings, status, codes) -> None:
    assert verdict(dps_serves, dps_settings=DpsSettings("d", **settings), now=0.0) == (status, codes)


@pytest.mark.parametrize(("expected", "severity"), [(True, "fail"), (False, "warn")])
def test_public_access_is_a_fault_where_the_device_should_register(expected: bool, severity: str) -> None:
    asked = ProvisioningAsked("d", "pump", expected)
    facts = {"dps_settings": DpsSettings("d", public_access=False), "provisioning": asked, "now": 0.0}
    assert verdict(dps_serves, **facts) == (severity, [("dps-public-access-off", severity)])
    assert finding(dps_serves, **facts).weight.certainty is Certainty.LIKELY


def test_message() -> None:
    assert finding(dps_serves, dps_settings=DpsSettings("d", "Failed"), now=0.0).message == "d is in the state Failed"


def test_settings_that_are_not_shown() -> None:
    refused = Failure(Kind.UNAUTHORIZED, "the settings", "m", 443, condition="AuthorizationFailed")
    assert verdict(dps_serves, dps_settings=refused, now=0.0) == ("error", [("manager-refuses", "warn")])
