"""What became of the device's registration, and why it failed."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import statuses as standing
from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.checks.provisioning.device_enrolled import device_enrolled
from azext_iotdiag.knowledge.dps.registration import ASSIGNED
from azext_iotdiag.model.dps import Enrollment, ProvisioningAsked, Registration
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, Severity


@check("The device has registered and been given a hub", after=(device_enrolled,))
def device_registered(
    registration: Fact[Registration], enrollment: Enrollment | None, provisioning: ProvisioningAsked
) -> Iterator[Finding]:
    if registration.failure is not None:
        raise CouldNotLook(finding_of(Service.DPS, registration.failure, Severity.WARN))
    found, entry, asked = registration.value, standing.of_registration(registration.value), provisioning
    if found is None:
        if not asked.expected and enrollment is None:
            return  # the device was made in its hub, and has no need to register
        if enrollment is not None and enrollment.group and enrollment.id == asked.id:
            return  # the id is the group's, whose devices register under ids of their own
        yield Finding(entry, Severity.FAIL, f"{asked.host} has no registration {asked.id!r}", evidence={"id": asked.id})
        return
    code = f", error {found.error_code}" if found.error_code else ""
    said = f": {found.error_message}" if found.error_message else ""
    where = f", hub {found.hub}, device {found.device!r}" if found.hub else ""
    severity = Severity.NOTE if entry is ASSIGNED else Severity.WARN if entry in standing.PASSING else Severity.FAIL
    yield Finding(
        entry,
        severity,
        f"{asked.host} has the registration {found.id!r} as {found.status or 'unknown'}{where}{code}{said}",
        evidence={
            "status": found.status,
            "substatus": found.substatus,
            "hub": found.hub,
            "errorCode": found.error_code or None,
            "errorMessage": found.error_message,
        },
    )
