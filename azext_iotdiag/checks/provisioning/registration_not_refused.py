"""A provisioning service tells the device alone why it refuses a registration."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import said
from azext_iotdiag.checks.declare import check
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.device_says import DeviceSays
from azext_iotdiag.model.finding import Certainty, Finding


@check("The device reports no refused registration", at_most=Certainty.LIKELY)
def registration_not_refused(device_says: DeviceSays, now: float) -> Iterator[Finding]:
    yield from said.at(Link.PROVISIONING, device_says, now)
