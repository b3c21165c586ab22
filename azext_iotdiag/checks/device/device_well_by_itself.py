"""A device's own words tell what no service sees: its network, its clock, its trust store, its credential."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import said
from azext_iotdiag.checks.declare import check
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.device_says import DeviceSays
from azext_iotdiag.model.finding import Certainty, Finding


@check("The device reports no fault of its own", at_most=Certainty.LIKELY)
def device_well_by_itself(device_says: DeviceSays, now: float) -> Iterator[Finding]:
    yield from said.at(Link.DEVICE, device_says, now)
