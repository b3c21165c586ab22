"""The check `device-registered`."""

from typing import Any

import pytest

from azext_iotdiag.checks.provisioning.device_registered import device_registered
from azext_iotdiag.model.dps import Enrollment, ProvisioningAsked
from azext_iotdiag.model.finding import Severity
from tests.checks.facts import FAILURE, HUB, NOW, dps
from tests.checks.judging import finding, verdict


@pytest.mark.parametrize(
    ("facts", "code", "severity"),
    [
        (dps("assigned", hub=HUB), "dps-assigned", Severity.NOTE),
        (dps("assigning"), "dps-assigning", Severity.WARN),
        (dps("unassigned"), "dps-unassigned", Severity.WARN),
        (dps("disabled"), "dps-disabled", Severity.FAIL),
        (dps("failed"), "dps-failed", Severity.FAIL),
        (dps("failed", error_code=400207), "dps-400207", Severity.FAIL),
        (dps("failed", error_code=400209), "dps-400209", Severity.FAIL),
        (dps("failed", error_code=404201), "dps-404201", Severity.FAIL),
        (dps("failed", error_code=401002), "dps-registration-unauthorized", Severity.FAIL),
        (dps("failed", error_code=401001), "dps-linked-hub-unknown", Severity.FAIL),
        (dps("failed", error_code=499999), "dps-failed", Severity.FAIL),
        (dps(), "registration-missing", Severity.FAIL),
    ],
)
def test_each_status(facts: dict[str, Any], code: str, severity: Severity) -> None:
    found = finding(device_registered, **facts)
    assert (found.entry.code, found.severity) == (code, severity)


@pytest.mark.parametrize(
    ("status", "minutes", "severity"),
    [
        ("assigning", 14, Severity.WARN),
        ("assigning", 16, Severity.FAIL),
        ("unassigned", 16, Severity.WARN),
        ("assigned", 16, Severity.NOTE),
    ],
)
def test_an_assignment_that_does_not_end(status: str, minutes: int, severity: Severity) -> None:
    facts = dps(status, updated=int(NOW * 1000) - minutes * 60_000)
    assert finding(device_registered, **facts, now=NOW).severity is severity


def test_a_group_is_not_a_registration() -> None:
    facts = dps() | {"provisioning": ProvisioningAsked("dps", "g"), "enrollment": Enrollment("g", group=True)}
    assert verdict(device_registered, **facts) == ("pass", [])


def test_a_device_of_a_hub_may_come_without() -> None:
    assert verdict(device_registered, **dps(enrolled=False, expected=False)) == ("pass", [])
    assert finding(device_registered, **dps(expected=False)).entry.code == "registration-missing"


def test_no_right_to_look() -> None:
    facts = dps() | {"registration": FAILURE}
    assert verdict(device_registered, **facts) == ("error", [("dps-caller-refused", "warn")])
