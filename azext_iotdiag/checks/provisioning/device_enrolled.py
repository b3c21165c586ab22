"""A provisioning service takes in who is enrolled, and whose enrollment is on."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.dps.registration import DISABLED, ENROLLMENT_NOT_FOUND
from azext_iotdiag.model.dps import Enrollment, ProvisioningAsked, Registration
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Certainty, Finding, fail, note, weighed


@check("The device is enrolled")
def device_enrolled(
    enrollment: Fact[Enrollment],
    registration: Fact[Registration],
    provisioning: ProvisioningAsked,
    now: float | None = None,
) -> Iterator[Finding]:
    """A device of a group has no enrollment of its own, so that a registration proves one, too.

    A device that was assigned keeps its hub where the enrollment is switched off later. It is refused only where it
    registers again.
    """
    if enrollment.failure is not None:
        raise CouldNotLook(obstacle(Service.DPS, enrollment.failure))
    found, asked = enrollment.value, provisioning
    if found is None and registration.value is None:
        say = fail if asked.expected else note
        missing = say(
            ENROLLMENT_NOT_FOUND,
            f"{asked.host} has neither an enrollment nor a registration {asked.id!r}; an enrollment "
            "group may still take in the device when it comes",
            id=asked.id,
        )
        yield weighed(missing, certainty=Certainty.LIKELY)
    elif found is not None and not found.enabled:
        kind = "group" if found.group else "enrollment"
        off = fail(DISABLED, f"the {kind} {found.id!r} of {asked.host} is disabled", enrollment=found.id)
        assigned = registration.value is not None and registration.value.hub != ""
        certainty = Certainty.LIKELY if assigned else Certainty.SURE
        if found.updated is not None:
            yield weighed(off, certainty=certainty, since=found.updated)
        else:
            yield of_setting(off, now, certainty) if now is not None else weighed(off, certainty=certainty)
