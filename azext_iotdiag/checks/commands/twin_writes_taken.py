"""The log shows twin operations of a device that the hub refused; the device alone is told of that otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.finding import Certainty, Finding, When, fail, weighed
from azext_iotdiag.model.moments import written

TWIN = "D2CTwinOperations"


@check("The log shows no refused twin operation", at_most=Certainty.LIKELY)
def twin_writes_taken(device_log: DeviceLog) -> Iterator[Finding]:
    """An operation that was taken later shows that the device got over it."""
    rows = [row for row in device_log.rows if row.shape.category == TWIN]
    taken = max((row.moment for row in rows if not row.shape.code), default=0)
    refused = [row for row in rows if row.shape.code and row.moment > taken]
    if not refused:
        return
    last = refused[-1]
    for entry in lookup.find(last.shape.code, "hub")[:1]:
        message = (
            f"The hub refused {counted(len(refused), 'twin operation')} of {device_log.device!r} with "
            f"{last.shape.code}, last at {written(last.moment)}"
        )
        found = fail(entry, message, code=last.shape.code, times=len(refused))
        yield weighed(found, certainty=Certainty.LIKELY, when=When.WINDOW, since=last.moment)
