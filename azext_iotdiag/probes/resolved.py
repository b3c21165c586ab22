"""The addresses that the host's name has for this machine, and the name at the end of its aliases."""

from __future__ import annotations

from azext_iotdiag.clients import address, names
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.network import HTTPS_PORT, Resolved
from azext_iotdiag.probes.context import Context


def measure(context: Context, end: float, facts: Facts) -> Resolved:
    """All addresses, in the order in which they would be tried. Raises StepFailed."""
    asked = facts["network_asked"].value
    assert asked is not None, "the catalogue asks for it where a host was named"
    host, port = address.find(asked.host, HTTPS_PORT)
    return names.look_up(host, port, end - context.clock(), asked.host)
