"""The check `central-admits`."""

import pytest

from azext_iotdiag.checks.admission.central_admits import central_admits
from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Severity
from tests.checks.judging import finding, verdict


@pytest.mark.parametrize(
    ("provisioned", "enabled", "code", "severity"),
    [
        (True, True, "central-provisioned", Severity.NOTE),
        (False, True, "central-registered", Severity.FAIL),
        (True, False, "central-blocked", Severity.FAIL),
        (False, False, "central-blocked-or-waiting", Severity.FAIL),
    ],
)
def test_each_status(provisioned: bool, enabled: bool, code: str, severity: Severity) -> None:
    found = finding(central_admits, central_device=CentralDevice("app", "d", True, provisioned, enabled))
    assert (found.entry.code, found.severity) == (code, severity)


def test_nobody_of_this_id() -> None:
    found = finding(central_admits, central_device=CentralDevice("app", "d", False))
    assert found.entry.code == "central-404"


@pytest.mark.parametrize(
    ("kind", "condition", "code"),
    [
        (Kind.UNAUTHORIZED, "http:401", "central-401"),
        (Kind.UNAUTHORIZED, "http:403", "central-403"),
        (Kind.BUSY, "http:429", "central-429"),
        (Kind.BUSY, "http:503", "central-500"),
    ],
)
def test_an_application_that_does_not_tell(kind: Kind, condition: str, code: str) -> None:
    failure = Failure(kind, "the device", "app", 443, condition=condition)
    assert verdict(central_admits, central_device=failure) == ("error", [(code, "warn")])
