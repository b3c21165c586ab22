"""A device as its IoT Central application shows it."""

from __future__ import annotations

from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.probes import readings
from azext_iotdiag.probes.context import Access, Context


def measure(context: Context, end: float, facts: Facts) -> CentralDevice:
    """The device by its id. Raises StepFailed."""
    app, device, central = context.host(Access.CENTRAL), context.device(facts), context.ask_central(end)
    try:
        return readings.central_device(app, central.device(device))
    except StepFailed as failed:
        if failed.failure.kind is Kind.MISSING:
            return CentralDevice(app, device, known=False)
        raise
    finally:
        central.close()
