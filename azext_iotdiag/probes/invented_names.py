"""Whether the name service gives addresses for names that do not exist, as that of some providers and portals does."""

from __future__ import annotations

import uuid
from functools import partial

from azext_iotdiag.clients import names as name_service
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.network import HTTPS_PORT, Invented
from azext_iotdiag.probes.at_once import at_once
from azext_iotdiag.probes.context import Context

DIGITS = 16


def measure(context: Context, end: float, facts: Facts) -> Invented:
    """Look up a new name beside that of the host, and one in another domain: a domain may answer for all its names."""
    asked = facts["network_asked"].value
    assert asked is not None, "the catalogue asks for it where a host was named"
    domain = asked.host.partition(".")[2]
    made_up = f"iot-diag-{uuid.uuid4().hex[:DIGITS]}"
    names = (f"{made_up}.{domain}", f"{made_up}.com")

    def addresses(name: str) -> tuple[str, ...]:
        try:
            return name_service.look_up(name, HTTPS_PORT, end - context.clock()).addresses
        except StepFailed:  # as it should be
            return ()

    return Invented(names, at_once([partial(addresses, name) for name in names]))
