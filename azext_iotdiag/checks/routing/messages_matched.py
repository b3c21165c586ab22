"""The log of routes says of a device's messages that no route took them, and why a condition was not met."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.finding import Certainty, Finding, When, fail, warn, weighed
from azext_iotdiag.model.resource_log import Row
from azext_iotdiag.model.timestamps import written

ROUTES = "Routes"
# https://learn.microsoft.com/azure/iot-hub/monitor-iot-hub-reference#routes
_LOST = ("orphanedmessage", "droppedmessage", "invalidmessage")
_WHY = ("routeevaluationerror", "undefinedrouteevaluation")


@check("The log shows no message that routes lost", at_most=Certainty.LIKELY)
def messages_matched(device_log: DeviceLog) -> Iterator[Finding]:
    """Why a condition was not met counts where messages were lost. The hub writes some rows once a minute at most."""
    rows = [row for row in device_log.rows if row.shape.category == ROUTES]
    lost = [row for row in rows if row.shape.operation.lower() in _LOST]
    for operations, say in ((_WHY, fail if lost else warn), (_LOST, fail)):
        for row in _last_of_each(rows, operations):
            times = sum(each.shape.operation == row.shape.operation for each in rows)
            message = (
                f"The log has {row.shape.operation} for messages of {device_log.device!r}, {counted(times, 'row')}, "
                f"the last at {written(row.moment)}"
            )
            found = say(lookup.find(row.shape.operation, "hub")[0], message, operation=row.shape.operation, times=times)
            yield weighed(found, certainty=Certainty.LIKELY, when=When.WINDOW, since=row.moment)


def _last_of_each(rows: list[Row], operations: tuple[str, ...]) -> Iterator[Row]:
    """The newest row of each operation, the newest first."""
    seen: set[str] = set()
    for row in reversed(rows):
        name = row.shape.operation.lower()
        if name in operations and name not in seen:
            seen.add(name)
            yield row
