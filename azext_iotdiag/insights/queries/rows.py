"""Queries that bring rows as they are, or say what there is of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azext_iotdiag.insights.queries.query import QueryText, Rows, Values, columns
from azext_iotdiag.insights.queries.reading import by_key, device, of_device, of_resource, text, time
from azext_iotdiag.model.log_table import Cell, LogRecord

PAGE = 20_000  # rows of an answer to LOG_ROWS
_SHOWN = ("Category", "OperationName", "ResultType", "ResultDescription", "Resource", "properties_s", "location_s")


def _log_rows(rows: Sequence[LogRecord], values: Values) -> Rows:
    wanted = (row for row in of_device(rows, values) if time(row) >= str(values["after"]))

    def order(row: LogRecord) -> tuple[str, ...]:
        return time(row), text(row, "Category"), text(row, "OperationName"), text(row, "ResultType"), device(row)

    return [(time(row), *(text(row, name) for name in _SHOWN)) for row in sorted(wanted, key=order)[:PAGE]]


def _collected(rows: Sequence[LogRecord], values: Values) -> Iterator[tuple[Cell, ...]]:
    groups = by_key(((text(row, "Category"),), row) for row in of_resource(rows, values))
    for (category,), group in sorted(groups.items()):
        times = [time(row) for row in group]
        yield category, len(group), sum(float(row.get("_BilledSize") or 0) for row in group), min(times), max(times)


LOG_ROWS = QueryText(
    "log-rows",
    "All rows from a time on, oldest first",
    columns(TimeGenerated="datetime", **dict.fromkeys(_SHOWN, "string")),
    _log_rows,
)
COLLECTED = QueryText(
    "collected",
    "How many rows each category has, and how old the newest is",
    columns(Category="string", Rows="long", Bytes="real", First="datetime", Newest="datetime"),
    _collected,
    about="",
)
