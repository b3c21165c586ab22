"""Queries about errors: by device and code, by hour, and what was throttled or did not reach its endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from azext_iotdiag.insights.queries.query import QueryText, Rows, Values, columns
from azext_iotdiag.insights.queries.reading import (
    by_key,
    device,
    is_error,
    of_device,
    of_resource,
    property_of,
    text,
    time,
)
from azext_iotdiag.model.log_table import Cell, LogRecord


def _by_code(rows: Sequence[LogRecord], values: Values) -> Rows:
    groups = by_key(
        ((device(row), text(row, "ResultType"), text(row, "ResultDescription"), text(row, "Category")), row)
        for row in of_device(rows, values)
        if is_error(row)
    )
    return _most_first((key, len(group), _window(group)) for key, group in groups.items())


def _by_hour(rows: Sequence[LogRecord], values: Values) -> Iterator[tuple[Cell, ...]]:
    errors = (row for row in of_resource(rows, values) if is_error(row))
    groups = by_key(((f"{time(row)[:13]}:00:00.0000000Z", text(row, "ResultType")), row) for row in errors)
    for (hour, code), group in sorted(groups.items()):
        yield hour, code, len(group), len({device(row) for row in group})


def _throttled(rows: Sequence[LogRecord], values: Values) -> Rows:
    groups = by_key(
        ((device(row), text(row, "Category"), text(row, "OperationName"), text(row, "ResultType")), row)
        for row in of_resource(rows, values)
        if text(row, "ResultType").startswith("429")
    )
    return _most_first((key, len(group), _window(group)) for key, group in groups.items())


def _endpoints(rows: Sequence[LogRecord], values: Values) -> Rows:
    def key(row: LogRecord) -> tuple[str, ...]:
        told = (text(row, name) for name in ("OperationName", "ResultType", "ResultDescription"))
        return (*told, property_of(row, "endpointName"), property_of(row, "routeName"))

    groups = by_key((key(row), row) for row in of_resource(rows, values) if text(row, "Category") == "Routes")
    return _most_first((key, len(group), _window(group)[1:]) for key, group in groups.items())


def _most_first(found: Iterable[tuple[tuple[str, ...], int, tuple[str, ...]]]) -> Rows:
    """Rows of key, number and times; the largest number first, and by the key."""
    return [(*key, times, *rest) for key, times, rest in sorted(found, key=lambda each: (-each[1], each[0]))]


def _window(rows: Sequence[LogRecord]) -> tuple[str, str]:
    times = [time(row) for row in rows]
    return min(times), max(times)


CONNECTION_ERRORS = QueryText(
    "connection-errors",
    "Errors by device and code",
    columns(
        DeviceId="string", ResultType="string", ResultDescription="string", Category="string",
        Times="long", First="datetime", Last="datetime",
    ),
    _by_code,
)  # fmt: skip
ERRORS_BY_HOUR = QueryText(
    "errors-by-hour",
    "Errors in each hour by code",
    columns(Hour="datetime", ResultType="string", Times="long", Devices="long"),
    _by_hour,
)
THROTTLED = QueryText(
    "throttled",
    "What the hub throttled, by device and operation",
    columns(
        DeviceId="string", Category="string", OperationName="string", ResultType="string",
        Times="long", First="datetime", Last="datetime",
    ),
    _throttled,
)  # fmt: skip
ENDPOINTS = QueryText(
    "endpoints",
    "What happened to messages on their way to endpoints",
    columns(
        OperationName="string", ResultType="string", ResultDescription="string", Endpoint="string", Route="string",
        Times="long", Last="datetime",
    ),
    _endpoints,
)  # fmt: skip
