"""The log shows twin operations of a device that the hub refused; without the log, only the device knows."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import logged
from azext_iotdiag.checks.declare import check
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.finding import Certainty, Finding

TWIN = "D2CTwinOperations"


@check("The log shows no refused twin operation", at_most=Certainty.LIKELY)
def twin_writes_taken(device_log: DeviceLog) -> Iterator[Finding]:
    """An operation that was taken later shows that the device got over it."""
    yield from logged.of_category(device_log, TWIN)
