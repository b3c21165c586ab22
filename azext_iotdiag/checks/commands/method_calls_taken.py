"""The log shows calls of methods that failed, whatever program made them."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import logged
from azext_iotdiag.checks.declare import check
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.finding import Certainty, Finding

METHODS = "DirectMethods"


@check("The log shows no failed call of a method", at_most=Certainty.LIKELY)
def method_calls_taken(device_log: DeviceLog) -> Iterator[Finding]:
    """A call that the device answered later shows that it got over it."""
    yield from logged.of_category(device_log, METHODS)
