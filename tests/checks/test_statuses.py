"""A status follows from the facts, and from no fewer than the service gives."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks import statuses
from azext_iotdiag.model.dps import Enrolled, Enrollment, Registration
from tests.checks.facts import identity


@pytest.mark.parametrize(
    ("provisioned", "enabled", "code"),
    [
        (True, True, "central-provisioned"),
        (False, True, "central-registered"),
        (True, False, "central-blocked"),
        (False, False, "central-blocked-or-waiting"),  # the interface does not tell which
    ],
)
def test_central(provisioned: bool, enabled: bool, code: str) -> None:
    assert statuses.of_central(provisioned, enabled).code == code


def test_a_hub() -> None:
    assert statuses.of_identity(identity(known=False)).code == "device-unknown"
    assert statuses.of_identity(identity(status="disabled", connected=True)).code == "device-disabled"


@pytest.mark.parametrize(("given", "code"), [
    ({"status": "enabled", "connected": True}, "device-connected"),
    ({"status": "enabled"}, "device-never-seen"), ({"last_activity": 0}, "device-disconnected"),
    ({"reported": 0}, "device-disconnected"),
])  # fmt: skip
def test_a_device_of_a_hub(given: dict[str, Any], code: str) -> None:
    assert statuses.of_identity(identity(**given)).code == code


@pytest.mark.parametrize(("registration", "code"), [
    (None, "registration-missing"), (Registration("r", "unassigned"), "dps-unassigned"),
    (Registration("r", "assigning"), "dps-assigning"), (Registration("r", "assigned"), "dps-assigned"),
    (Registration("r", "disabled"), "dps-disabled"), (Registration("r", "failed"), "dps-failed"),
    (Registration("r", "failed", error_code=404201), "dps-404201"),
    (Registration("r", "failed", error_code=999999), "dps-failed"),
    (Registration("r", "failed", error_code=401002), "dps-registration-unauthorized"),
    (Registration("r", "failed", error_code=401002, error_message="Unauthorized"), "dps-registration-unauthorized"),
    (Registration("r", "failed", error_code=401002, error_message="Invalid certificate"), "dps-certificate-refused"),
    (Registration("r", "failed", error_code=401002, error_message="Signing certificate info did not match chain "
                  "elements."), "dps-certificate-refused"),
    (Registration("r", "failed", error_code=401001, error_message="IoT Hub not found"), "dps-linked-hub-unknown"),
    (Registration("r", "failed", error_code=401002, error_message='{"Message":"ErrorCode:IotHubUnauthorizedAccess;'
                  'Unauthorized"}'), "dps-linked-hub-refuses"),
    (Registration("r", "failed", error_message="x IotHubUnauthorizedAccess y"), "dps-linked-hub-refuses"),
])  # fmt: skip
def test_a_registration(registration: Registration | None, code: str) -> None:
    assert statuses.of_registration(registration).code == code
    assert statuses.of_enrolled(Enrolled(Enrollment("e"), registration)).code == code
    assert statuses.of_enrolled(Enrolled(Enrollment("e", enabled=False), registration)).code == "dps-disabled"
