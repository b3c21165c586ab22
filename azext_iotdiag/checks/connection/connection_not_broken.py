"""A device sees that its connection breaks before any service shows it."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import said
from azext_iotdiag.checks.declare import check
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.device_says import DeviceSays
from azext_iotdiag.model.finding import Certainty, Finding


@check("The device reports no broken connection", at_most=Certainty.LIKELY)
def connection_not_broken(device_says: DeviceSays, now: float) -> Iterator[Finding]:
    yield from said.at(Link.CONNECTION, device_says, now)
