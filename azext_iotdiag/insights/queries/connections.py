"""Queries about the connections of devices."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from azext_iotdiag.insights.queries.query import QueryText, Rows, Values, columns
from azext_iotdiag.insights.queries.reading import (
    by_key,
    device,
    is_connect,
    is_end,
    is_error,
    of_device,
    of_resource,
    property_of,
    text,
    time,
)
from azext_iotdiag.model.log_table import Cell, LogRecord

MOST_DEVICES = 200_000  # of an answer to DEVICE_TRAITS


def _last(rows: Sequence[LogRecord], values: Values) -> Iterator[tuple[Cell, ...]]:
    about = (row for row in of_device(rows, values) if is_connect(row) or is_end(row))
    for (name,), group in sorted(by_key(((device(row),), row) for row in about).items()):
        if name:
            row = max(group, key=time)
            told = (property_of(row, each) for each in ("protocol", "maskedIpAddress", "sdkVersion"))
            yield name, time(row), text(row, "OperationName"), text(row, "ResultType"), *told


def _traits(rows: Sequence[LogRecord], values: Values) -> Rows:
    def told(row: LogRecord) -> tuple[str, str]:
        return property_of(row, "sdkVersion"), property_of(row, "maskedIpAddress")

    about = (row for row in of_resource(rows, values) if is_connect(row) and any(told(row)))
    found = ((name, *told(max(group, key=time))) for name, group in _of_devices(about) if name)
    return sorted(found)[:MOST_DEVICES]


def _shared(rows: Sequence[LogRecord], values: Values) -> Rows:
    most = int(values["most"])
    found: list[tuple[int, str, list[str]]] = []
    for name, group in _of_devices(row for row in of_resource(rows, values) if _let_in(row)):
        sets = [{property_of(row, each) for row in group} for each in ("maskedIpAddress", "sdkVersion", "protocol")]
        if any(len(each) > most for each in sets):
            found.append((-len(group), name, [json.dumps(sorted(each)) for each in sets]))
    return [(name, -connects, *told) for connects, name, told in sorted(found)]


def _by_sdk(rows: Sequence[LogRecord], values: Values) -> Rows:
    groups = by_key(((property_of(row, "sdkVersion"),), row) for row in of_resource(rows, values) if is_connect(row))
    found = [
        (sdk, len({device(row) for row in group}), sum(map(_let_in, group)), sum(map(is_error, group)))
        for (sdk,), group in groups.items()
    ]
    return sorted(found, key=lambda row: (-row[1], row[0]))


def _by_tls(rows: Sequence[LogRecord], values: Values) -> Iterator[tuple[Cell, ...]]:
    groups = by_key(((property_of(row, "tlsVersion"),), row) for row in of_resource(rows, values) if is_connect(row))
    for (version,), group in sorted(groups.items()):
        yield version, len({device(row) for row in group}), len(group), max(time(row) for row in group)


def _not_back(rows: Sequence[LogRecord], values: Values) -> Rows:
    own = [*of_resource(rows, values)]
    connected = {name: max(map(time, group)) for name, group in _of_devices(row for row in own if _let_in(row))}
    found = []
    for name, group in _of_devices(row for row in own if is_end(row)):
        end = max(group, key=time)
        if time(end) < str(values["before"]) and connected.get(name, "") < time(end):
            found.append((name, time(end), text(end, "ResultType")))
    return sorted(found, key=lambda row: (row[1], row[0]))


def _let_in(row: LogRecord) -> bool:
    return is_connect(row) and not text(row, "ResultType")


def _of_devices(rows: Iterable[LogRecord]) -> Iterator[tuple[str, list[LogRecord]]]:
    return ((name, group) for (name,), group in by_key(((device(row),), row) for row in rows).items())


LAST_CONNECTIONS = QueryText(
    "last-connections",
    "The last row of each device about its connection",
    columns(
        DeviceId="string", TimeGenerated="datetime", OperationName="string", ResultType="string",
        Protocol="string", Address="string", Sdk="string",
    ),
    _last,
)  # fmt: skip
DEVICE_TRAITS = QueryText(
    "device-traits",
    "The SDK and the address that each device named when it connected last",
    columns(DeviceId="string", Sdk="string", Address="string"),
    _traits,
)
IDENTITIES_SHARED = QueryText(
    "identities-shared",
    "Devices that connected from several addresses, SDKs or protocols",
    columns(DeviceId="string", Connects="long", Addresses="dynamic", Sdks="dynamic", Protocols="dynamic"),
    _shared,
)
SDK_VERSIONS = QueryText(
    "sdk-versions",
    "SDKs of the devices, and how often each failed",
    columns(Sdk="string", Devices="long", Connects="long", Errors="long"),
    _by_sdk,
)
TLS_VERSIONS = QueryText(
    "tls-versions",
    "Versions of TLS that the devices use",
    columns(Tls="string", Devices="long", Connects="long", Last="datetime"),
    _by_tls,
)
NOT_BACK = QueryText(
    "not-back",
    "Devices whose connection ended, and that have not connected since",
    columns(DeviceId="string", Ended="datetime", ResultType="string"),
    _not_back,
)
