"""What functions of queries read of a row, as KQL reads it: a column that is missing is empty."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from azext_iotdiag.insights.queries.query import Values
from azext_iotdiag.model.log_table import LogRecord

CONNECTIONS, CONNECT, DISCONNECT = "Connections", "deviceConnect", "deviceDisconnect"
_ERROR = re.compile(r"[45][0-9]{5}")


def text(row: LogRecord, name: str) -> str:
    """A column of text."""
    value = row.get(name)
    return value if isinstance(value, str) else "" if value is None else str(value)


def time(row: LogRecord) -> str:
    """When the row was made, as text whose order is that of time."""
    return text(row, "TimeGenerated")


def properties(row: LogRecord) -> Mapping[str, Any]:
    """The properties, which are JSON in a column of text."""
    try:
        found = json.loads(text(row, "properties_s"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def property_of(row: LogRecord, name: str) -> str:
    """A property as text."""
    value = properties(row).get(name)
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def device(row: LogRecord) -> str:
    """The device of a row, empty where it names none."""
    return property_of(row, "deviceId")


def is_error(row: LogRecord) -> bool:
    """Whether the row holds a code of an error."""
    return _ERROR.fullmatch(text(row, "ResultType")) is not None


def is_connect(row: LogRecord) -> bool:
    """Whether the row says that a device was let in or refused."""
    return text(row, "Category") == CONNECTIONS and text(row, "OperationName") == CONNECT


def is_end(row: LogRecord) -> bool:
    """Whether the row says that a connection ended."""
    return text(row, "Category") == CONNECTIONS and text(row, "OperationName") == DISCONNECT


def of_resource(rows: Iterable[LogRecord], values: Values) -> Iterator[LogRecord]:
    """The rows of the resource that is meant; all where none is."""
    wanted = str(values["resource"]).lower()
    return (row for row in rows if not wanted or text(row, "_ResourceId").lower() == wanted)


def of_device(rows: Iterable[LogRecord], values: Values) -> Iterator[LogRecord]:
    """The rows of the resource and of the device that are meant."""
    wanted = values["device"]
    return (row for row in of_resource(rows, values) if not wanted or device(row) == wanted)


def by_key(rows: Iterable[tuple[tuple[str, ...], LogRecord]]) -> dict[tuple[str, ...], list[LogRecord]]:
    """Rows by their keys."""
    found: dict[tuple[str, ...], list[LogRecord]] = {}
    for key, row in rows:
        found.setdefault(key, []).append(row)
    return found
