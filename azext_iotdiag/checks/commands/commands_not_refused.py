"""A device sees which of its requests to twin, methods and file upload were refused."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import said
from azext_iotdiag.checks.declare import check
from azext_iotdiag.model.check import Link
from azext_iotdiag.model.device_says import DeviceSays
from azext_iotdiag.model.finding import Certainty, Finding


@check("The device reports no refused twin, method or upload", at_most=Certainty.LIKELY)
def commands_not_refused(device_says: DeviceSays, now: float) -> Iterator[Finding]:
    yield from said.at(Link.COMMANDS, device_says, now)
