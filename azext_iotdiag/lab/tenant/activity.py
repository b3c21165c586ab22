"""What changed in the tenant's resources: the events of the activity log. Plain data, for one thread.

https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema#administrative-category
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

LIMIT = 2000  # events; Azure keeps all of 90 days
STARTED, SUCCEEDED, FAILED = "Started", "Succeeded", "Failed"


@dataclass(frozen=True)
class Operation:
    """Something that a caller did, or tried to do, to a resource.

    `action` is that of the resource manager, such as Microsoft.Devices/IotHubs/write. `scope` is the resource's id.
    `status` is the one of HTTP that the caller got, and `error` the code of the resource manager with its words.
    """

    action: str
    scope: str
    caller: str
    object_id: str
    method: str
    address: str
    time: float
    status: int
    error: str = ""


@dataclass(frozen=True)
class ActivityEvent:
    """One event of an operation: that it began, or how it ended. `time` is in seconds since 1970."""

    id: str
    correlation: str
    status: str
    time: float
    operation: Operation


def events_of(operation: Operation) -> tuple[ActivityEvent, ActivityEvent]:
    """The events of an operation, as Azure writes them: it began, and it ended."""
    correlation = str(uuid.uuid4())
    ended = FAILED if operation.error or operation.status >= 400 else SUCCEEDED
    started = ActivityEvent(str(uuid.uuid4()), correlation, STARTED, operation.time, operation)
    return started, ActivityEvent(str(uuid.uuid4()), correlation, ended, operation.time, operation)


def with_operation(log: list[ActivityEvent], operation: Operation) -> None:
    """Add the events of an operation to a log, and drop the oldest beyond the limit."""
    log.extend(events_of(operation))
    del log[:-LIMIT]


def newest_first(log: Iterable[ActivityEvent]) -> list[ActivityEvent]:
    """The events in the order in which Azure lists them."""
    return list(log)[::-1]
