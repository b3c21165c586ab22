"""Whether an IoT Central application shows its devices to the caller: one page of them."""

from __future__ import annotations

from itertools import islice

from azext_iotdiag.clients.central import PAGE
from azext_iotdiag.model.central import CentralReached
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.probes.context import Access, Context


def measure(context: Context, end: float, facts: Facts) -> CentralReached:
    """How many devices the first page holds. Raises StepFailed."""
    central = context.ask_central(end)
    try:
        return CentralReached(context.host(Access.CENTRAL), sum(1 for _ in islice(central.devices(), PAGE)))
    finally:
        central.close()
