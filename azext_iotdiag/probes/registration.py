"""What became of a device's registration at a provisioning service, None where there is none."""

from __future__ import annotations

from azext_iotdiag.model.dps import Registration
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.probes import readings
from azext_iotdiag.probes.context import Context


def measure(context: Context, end: float, facts: Facts) -> Registration | None:
    """The registration of the id that was named. Raises StepFailed.

    A registration of a group has an id of its own, and does not say which group that is.
    """
    typed = context.typed
    service = context.ask_dps(end)
    try:
        return readings.registration(service.registration(typed.registration_id or typed.enrollment_id))
    except StepFailed as failed:
        if failed.failure.kind is Kind.MISSING:
            return None
        raise
    finally:
        service.close()
