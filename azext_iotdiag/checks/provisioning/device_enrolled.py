"""A provisioning service takes in who is enrolled, and whose enrollment is on."""

from azext_iotdiag.checks import statuses as standing
from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.knowledge.dps.registration import DISABLED, ENROLLMENT_NOT_FOUND
from azext_iotdiag.model.finding import fail, note


@check("The device is enrolled")
def device_enrolled(dps):
    """A device of a group has no enrollment of its own, so that a registration proves one, too."""
    if dps.enrollment_failure is not None:
        raise CouldNotLook(standing.refused_by_dps(dps.enrollment_failure))
    if dps.enrollment is None and dps.registration is None:
        say = fail if dps.expected else note
        yield say(
            ENROLLMENT_NOT_FOUND,
            f"{dps.host} has neither an enrollment nor a registration {dps.id!r}; a group may take in the device all "
            "the same when it comes",
            id=dps.id,
        )
    elif dps.enrollment is not None and not dps.enrollment.enabled:
        kind = "group" if dps.enrollment.group else "enrollment"
        yield fail(
            DISABLED, f"the {kind} {dps.enrollment.id!r} of {dps.host} is disabled", enrollment=dps.enrollment.id
        )
