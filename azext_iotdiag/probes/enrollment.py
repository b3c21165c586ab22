"""A device's enrollment at a provisioning service, or its group's; None where there is none."""

from __future__ import annotations

from azext_iotdiag.model.dps import Enrollment
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.probes import readings
from azext_iotdiag.probes.context import Context


def measure(context: Context, end: float, facts: Facts) -> Enrollment | None:
    """The enrollment of the id that was named, or the group. Raises StepFailed."""
    typed = context.typed
    service = context.ask_dps(end)
    try:
        try:
            return readings.enrollment(service.enrollment(typed.enrollment_id or typed.registration_id))
        except StepFailed as failed:
            if failed.failure.kind is not Kind.MISSING:
                raise
        return readings.enrollment(service.group(typed.enrollment_id)) if typed.enrollment_id else None
    except StepFailed as failed:
        if failed.failure.kind is Kind.MISSING:
            return None
        raise
    finally:
        service.close()
