"""How this machine reaches a host that was tested on a device, too."""

from __future__ import annotations

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.network import Way
from azext_iotdiag.probes import ways
from azext_iotdiag.probes.context import Context


def measure(context: Context, end: float, facts: Facts) -> tuple[Way, ...]:
    """The same ways as on the device, tried from here."""
    return ways.measure(context, end, facts)
