"""The rows of the device in the hub's resource log, where a workspace collects its connections."""

from __future__ import annotations

from azext_iotdiag.insights.log_rows import NotARow, RowReader
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.resource_log import Row
from azext_iotdiag.probes import workspace_log
from azext_iotdiag.probes.context import Context

WINDOW_MS = 86_400_000
MOST_ROWS = 5_000  # of which the newest are kept


def measure(context: Context, end: float, facts: Facts) -> DeviceLog | None:
    """The rows of a day; None where no workspace collects the connections. Raises StepFailed."""
    device, until = context.device(facts), round(context.now() * 1000)
    since = until - WINDOW_MS
    try:
        records = workspace_log.device_rows(context, end, device, since / 1000)
    except StepFailed as failed:
        if failed.failure.condition == workspace_log.NO_WORKSPACE:
            return None
        raise
    reader, found = RowReader(), set()
    for record in records:
        try:
            parsed = reader.read(record)
        except NotARow:
            continue  # such as a row of another category without a time; the patterns allow for rows that lack
        found.add(Row(parsed.moment, parsed.shape))
    rows = tuple(sorted(found))[-MOST_ROWS:]
    host = context.resource.host if context.resource is not None else ""
    return DeviceLog(host, device, since, until, rows, complete=len(found) <= MOST_ROWS)
