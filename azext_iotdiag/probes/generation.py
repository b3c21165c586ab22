"""The generation of an identity, which tells it from an earlier one of the same id. Only the registry has it."""

from __future__ import annotations

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.probes import readings
from azext_iotdiag.probes.context import Context


def measure(context: Context, end: float, facts: Facts) -> str:
    """The generation id. Raises StepFailed."""
    hub = context.ask_hub(end)
    try:
        return readings.text(hub.device(context.device(facts)), "generationId")
    finally:
        hub.close()
