"""What a provisioning service says of one device, whichever of its ids is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from azext_iotdiag.clients.deadlines import USUAL, Deadlines
from azext_iotdiag.clients.dps import Dps
from azext_iotdiag.clients.failed import StepFailed
from azext_iotdiag.model.dps import DpsFacts, Enrollment, Registration
from azext_iotdiag.model.failure import NOT_REACHED, Failure, Kind
from azext_iotdiag.model.target import Target
from azext_iotdiag.probes.registry import moment, part

PATIENCE_SECONDS = 10.0


def measure(
    target: Target,
    registration_id: str,
    enrollment_id: str,
    now: Callable[[], float],
    deadlines: Deadlines = USUAL,
) -> DpsFacts:
    """Registration and enrollment of a device; one of the two ids may be empty.

    A service that cannot be reached is asked once only.
    A registration of a group has an id of its own, and does not say which group that is: it can be named.
    """
    service = Dps(target, now, patience=PATIENCE_SECONDS, deadlines=deadlines)
    try:
        name = registration_id or enrollment_id
        told, no_registration = _ask(lambda: service.registration(name))
        if no_registration is not None and no_registration.kind in NOT_REACHED:
            return DpsFacts(target.dps, name, None, None, no_registration, no_registration)
        enrollment, no_enrollment = _ask(lambda: service.enrollment(enrollment_id or name))
        group = None
        if enrollment is None and no_enrollment is None and enrollment_id:
            group, no_enrollment = _ask(lambda: service.group(enrollment_id))
        found = read_enrollment(enrollment) if enrollment is not None else None
        found = read_enrollment(group) if group is not None else found
        registration = read_registration(told) if told is not None else None
        return DpsFacts(target.dps, name, registration, found, no_registration, no_enrollment)
    finally:
        service.close()


def read_registration(told: Mapping[str, Any]) -> Registration:
    """A registration as the service writes it."""
    code = told.get("errorCode")
    return Registration(
        str(told.get("registrationId") or ""),
        str(told.get("status") or ""),
        str(told.get("substatus") or ""),
        str(told.get("assignedHub") or ""),
        str(told.get("deviceId") or ""),
        code if isinstance(code, int) else 0,
        str(told.get("errorMessage") or ""),
        moment(told.get("lastUpdatedDateTimeUtc")),
    )


def read_enrollment(told: Mapping[str, Any]) -> Enrollment:
    """An enrollment or a group as the service writes it; keys are not in it."""
    hubs = told.get("iotHubs")
    return Enrollment(
        str(told.get("registrationId") or told.get("enrollmentGroupId") or ""),
        "enrollmentGroupId" in told,
        told.get("provisioningStatus") != "disabled",
        str(part(told, "attestation").get("type") or ""),
        str(told.get("allocationPolicy") or ""),
        tuple(str(each) for each in hubs) if isinstance(hubs, list) else (),
        str(told.get("deviceId") or ""),
    )


def _ask(question: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any] | None, Failure | None]:
    """The answer; None for what there is not, with the failure where it could not be asked."""
    try:
        return question(), None
    except StepFailed as failed:
        return None, None if failed.failure.kind is Kind.MISSING else failed.failure
