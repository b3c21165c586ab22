"""The certificates of the gateway that a device's string names. Its own authority is usual, so nothing is verified.

Nothing is sent but the beginning of a handshake.
"""

from __future__ import annotations

from azext_iotdiag.clients import first_flight
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.gateway import Gateway
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.server_certificate import read

PORTS = (8883, 5671, 443)  # on which an edge gateway listens for devices
LOOK_SECONDS = 3.0  # for each


def measure(context: Context, end: float, facts: Facts) -> Gateway:
    """What the first port shows that answers. Gateways stand in networks that this machine may not reach."""
    host = context.typed.gateway
    for port in PORTS:
        left = end - context.clock()
        if left <= 0:
            break
        shown = first_flight.look(host, port, min(LOOK_SECONDS, left))
        found = tuple(each for encoded in shown.certificates if (each := read(encoded)) is not None)
        if found:
            return Gateway(host, port, found)
    return Gateway(host)
