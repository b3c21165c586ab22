"""What became of the device's registration, and why it failed."""

from azext_iotdiag.checks import statuses as standing
from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.provisioning.device_enrolled import device_enrolled
from azext_iotdiag.knowledge.dps.registration import ASSIGNED
from azext_iotdiag.model.finding import Finding, Severity


@check("The device has registered and been given a hub", after=(device_enrolled,))
def device_registered(dps):
    if dps.registration_failure is not None:
        raise CouldNotLook(standing.refused_by_dps(dps.registration_failure))
    found, entry = dps.registration, standing.of_registration(dps.registration)
    if found is None:
        if not dps.expected and dps.enrollment is None:
            return  # the device was made in its hub, and has no need to register
        if dps.enrollment is not None and dps.enrollment.group and dps.enrollment.id == dps.id:
            return  # the id is the group's, whose devices register under ids of their own
        yield Finding(entry, Severity.FAIL, f"{dps.host} has no registration {dps.id!r}", evidence={"id": dps.id})
        return
    code = f", error {found.error_code}" if found.error_code else ""
    said = f": {found.error_message}" if found.error_message else ""
    where = f", hub {found.hub}, device {found.device!r}" if found.hub else ""
    severity = Severity.NOTE if entry is ASSIGNED else Severity.WARN if entry in standing.PASSING else Severity.FAIL
    yield Finding(
        entry,
        severity,
        f"{dps.host} has the registration {found.id!r} as {found.status or 'unknown'}{where}{code}{said}",
        evidence={
            "status": found.status,
            "substatus": found.substatus,
            "hub": found.hub,
            "errorCode": found.error_code or None,
            "errorMessage": found.error_message,
        },
    )
