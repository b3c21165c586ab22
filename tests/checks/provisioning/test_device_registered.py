"""The check `device-registered`."""

from dataclasses import replace

import pytest

from azext_iotdiag.checks.declare import CouldNotLook
from azext_iotdiag.checks.provisioning.device_registered import device_registered
from azext_iotdiag.model.dps import DpsFacts, Enrollment
from azext_iotdiag.model.finding import Severity
from tests.checks.facts import FAILURE, HUB, dps


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
        (dps("failed", error_code=401002), "dps-linked-hub-refuses", Severity.FAIL),
        (dps("failed", error_code=499999), "dps-failed", Severity.FAIL),
        (dps(), "registration-missing", Severity.FAIL),
    ],
)
def test_each_status(facts: DpsFacts, code: str, severity: Severity) -> None:
    [found] = device_registered.run(facts)
    assert (found.entry.code, found.severity) == (code, severity)


def test_a_group_is_not_a_registration() -> None:
    assert not list(device_registered.run(DpsFacts("dps", "g", enrollment=Enrollment("g", group=True))))


def test_a_device_of_a_hub_may_come_without() -> None:
    assert not list(device_registered.run(replace(dps(enrolled=False), expected=False)))
    assert len(list(device_registered.run(replace(dps(), expected=False)))) == 1


def test_no_right_to_look() -> None:
    with pytest.raises(CouldNotLook):
        list(device_registered.run(replace(dps(), registration_failure=FAILURE)))
