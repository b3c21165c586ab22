"""What became of the device's registration, and why it failed."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import statuses
from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.checks.provisioning.device_enrolled import device_enrolled
from azext_iotdiag.knowledge.dps.registration import ASSIGNED, ASSIGNING, CERTIFICATE_REFUSED, LINKED_HUB_REFUSES
from azext_iotdiag.model.dps import Enrollment, ProvisioningAsked, Registration
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Certainty, Entry, Finding, Severity, Weight, fail, weighed

_STUCK_MS = 15 * 60_000  # since the last change of a registration that is still being decided


@check("The device has registered and has a hub", after=(device_enrolled,))
def device_registered(
    registration: Fact[Registration],
    enrollment: Enrollment | None,
    provisioning: ProvisioningAsked,
    now: float | None = None,
) -> Iterator[Finding]:
    """An assignment takes seconds. An assignment that lasts for minutes does not end by itself."""
    if registration.failure is not None:
        raise CouldNotLook(obstacle(Service.DPS, registration.failure))
    found, entry, asked = registration.value, statuses.of_registration(registration.value), provisioning
    if found is None:
        if not asked.expected and enrollment is None:
            return  # the device was made in its hub, and has no need to register
        if enrollment is not None and enrollment.group and enrollment.id == asked.id:
            return  # the id is the group's, whose devices register under ids of their own
        missing = fail(entry, f"{asked.host} has no registration {asked.id!r}", id=asked.id)
        yield weighed(missing, certainty=Certainty.LIKELY)
        return
    code = f", error {found.error_code}" if found.error_code else ""
    said = f": {found.error_message}" if found.error_message else ""
    where = f", hub {found.hub}, device {found.device!r}" if found.hub else ""
    stuck = now is not None and found.updated is not None and found.updated < now * 1000 - _STUCK_MS
    passes = entry in statuses.PASSING and not (entry is ASSIGNING and stuck)
    severity = Severity.NOTE if entry is ASSIGNED else Severity.WARN if passes else Severity.FAIL
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
        weight=Weight(_certainty(entry), since=found.updated),
    )


def _certainty(entry: Entry) -> Certainty:
    """Sure where a code says it. The text of a message is not sure, nor is a state that passes by itself."""
    told_by_text = entry in (LINKED_HUB_REFUSES, CERTIFICATE_REFUSED)
    return Certainty.LIKELY if told_by_text or entry in statuses.PASSING else Certainty.SURE
