"""What Resource Health says of the hub now."""

from __future__ import annotations

from azext_iotdiag.clients import resource_health
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.health import Availability
from azext_iotdiag.probes import manager
from azext_iotdiag.probes.context import Context


def measure(context: Context, end: float, facts: Facts) -> Availability:
    """How Azure sees the hub. Raises StepFailed."""
    with manager.asked(context, resource_health.HEALTH_STEP) as (arm, id_):
        return resource_health.current(arm, id_)
