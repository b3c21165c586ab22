"""Queries about the log of a provisioning service, whose rows have columns of their own.

https://learn.microsoft.com/azure/iot-dps/monitor-iot-dps-reference#diagnostics-tables
"""

from __future__ import annotations

from collections.abc import Sequence

from azext_iotdiag.insights.queries.query import DPS, QueryText, Rows, Values, columns
from azext_iotdiag.insights.queries.reading import by_key, of_resource, property_of, text, time
from azext_iotdiag.insights.queries.rows import PAGE
from azext_iotdiag.model.log_table import LogRecord

DEVICES, SERVICES = "DeviceOperations", "ServiceOperations"  # the categories of its log
SUCCESS = "success"
_SHOWN = (
    "Category", "OperationName", "ResultType", "ResultSignature", "ResultDescription", "CallerIPAddress", "Resource",
    "properties_s", "location_s",
)  # fmt: skip


def _of_service(rows: Sequence[LogRecord], values: Values) -> list[LogRecord]:
    """The rows of provisioning services, and of the device that is meant."""
    wanted = values["device"]
    return [
        row
        for row in of_resource(rows, values)
        if text(row, "Category") in (DEVICES, SERVICES) and (not wanted or property_of(row, "id") == wanted)
    ]


def _rows(rows: Sequence[LogRecord], values: Values) -> Rows:
    found = [row for row in _of_service(rows, values) if time(row) >= str(values["after"])]

    def order(row: LogRecord) -> tuple[str, ...]:
        told = (text(row, name) for name in ("Category", "OperationName", "ResultType"))
        return time(row), *told, property_of(row, "id")

    return [(time(row), *(text(row, name) for name in _SHOWN)) for row in sorted(found, key=order)[:PAGE]]


def _failed(rows: Sequence[LogRecord], values: Values) -> Rows:
    def key(row: LogRecord) -> tuple[str, ...]:
        told = (text(row, name) for name in ("OperationName", "ResultSignature", "ResultDescription"))
        return property_of(row, "id"), property_of(row, "protocol"), *told

    groups = by_key(
        (key(row), row)
        for row in _of_service(rows, values)
        if text(row, "Category") == DEVICES and text(row, "ResultType").lower() != SUCCESS
    )
    found = [(key, len(group), [time(row) for row in group]) for key, group in groups.items()]
    found.sort(key=lambda each: (-each[1], each[0]))
    return [(*key, times, min(when), max(when)) for key, times, when in found]


PROVISIONING_ROWS = QueryText(
    "provisioning-rows",
    "All rows of a provisioning service from a time on, oldest first",
    columns(TimeGenerated="datetime", **dict.fromkeys(_SHOWN, "string")),
    _rows,
    DPS,
)
REGISTRATION_ERRORS = QueryText(
    "registration-errors",
    "Failed attempts of devices to be provisioned, by registration and status",
    columns(
        RegistrationId="string", Protocol="string", OperationName="string", ResultSignature="string",
        ResultDescription="string", Times="long", First="datetime", Last="datetime",
    ),
    _failed,
    DPS,
)  # fmt: skip
