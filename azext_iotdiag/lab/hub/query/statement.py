"""A whole query: what is selected, from which collection, under which condition, grouped by what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from azext_iotdiag.lab.hub.query.conditions import (
    UNDEFINED,
    ConditionReader,
    Expression,
    find,
    kind_of,
    without_collection,
)
from azext_iotdiag.lab.hub.query.tokens import END, NUMBER
from azext_iotdiag.lab.hub.refusal import HubRefusal

LONGEST = 8192  # characters; https://learn.microsoft.com/azure/iot-hub/query-twins#twin-query-limitations
TWIN, RAW, JOB = "Twin", "Raw", "DeviceJob"  # the values of the header x-ms-item-type
DEVICES, MODULES, JOBS = "devices", "devices.modules", "devices.jobs"

_AGGREGATES: dict[str, Callable[[list[Any]], Any]] = {
    "COUNT": len,
    "AVG": lambda numbers: sum(numbers) / len(numbers) if numbers else UNDEFINED,
    "SUM": sum,
    "MIN": lambda numbers: min(numbers, default=UNDEFINED),
    "MAX": lambda numbers: max(numbers, default=UNDEFINED),
}


class Rows(NamedTuple):
    """What a query comes to, and the type of it that the hub names; `following` is where the next page begins."""

    rows: list[dict[str, Any]]
    item_type: str
    following: int | None = None


class _Column(NamedTuple):
    """One selected value: of the property, or what an aggregate makes of it."""

    alias: str
    names: tuple[str, ...]
    aggregate: str = ""


class _Query(NamedTuple):
    columns: tuple[_Column, ...]  # none: whole twins
    top: int | None
    collection: str
    condition: Expression | None
    groups: tuple[str, ...]


def run(
    text: str,
    collections: Mapping[str, Callable[[int], Iterable[dict[str, Any]]]],
    start: int = 0,
    size: int | None = None,
) -> Rows:
    """The rows of a query, or as many as `size` of them from `start` on, which is 0 or what an earlier page told.

    `collections` gives the twins' documents from a place on by the name after FROM. Raises HubRefusal.
    """
    if len(text) > LONGEST:
        raise HubRefusal(400004, f"the query has {len(text)} characters; the limit is {LONGEST}")
    query = _read(text)
    collection = collections[query.collection]
    if query.groups or any(column.aggregate for column in query.columns):
        return _part(_grouped(query, (twin for _, twin in _fitting(query, collection(0), 0))), query, start, size)
    if query.top is not None:
        rows = list(islice((_selected(query, twin) for _, twin in _fitting(query, collection(0), 0)), query.top))
        return _part(rows, query, start, size)
    rows = []
    for place, twin in _fitting(query, collection(start), start):
        if size is not None and len(rows) == size:
            return Rows(rows, _type(query), place)
        rows.append(_selected(query, twin))
    return Rows(rows, _type(query))


def _fitting(query: _Query, twins: Iterable[dict[str, Any]], start: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """The twins that fulfil the condition, with their places."""
    for place, twin in enumerate(twins, start):
        if query.condition is None or query.condition(twin) is True:
            yield place, twin


def _selected(query: _Query, twin: dict[str, Any]) -> dict[str, Any]:
    if not query.columns:
        return twin
    return _row((column.alias, find(twin, column.names)) for column in query.columns)


def _part(rows: list[dict[str, Any]], query: _Query, start: int, size: int | None) -> Rows:
    rows = rows if query.top is None else rows[: query.top]
    end = len(rows) if size is None else start + size
    return Rows(rows[start:end], _type(query), end if end < len(rows) else None)


def _type(query: _Query) -> str:
    return RAW if query.columns else JOB if query.collection == JOBS else TWIN


def _read(text: str) -> _Query:
    reader = ConditionReader(text)
    reader.expect_word("SELECT")
    top = None
    if reader.took_word("TOP"):
        token = reader.take()
        if token.kind != NUMBER or not isinstance(token.value, int):
            reader.fail("expecting a whole number", token)
        top = token.value
    columns = () if reader.took_mark("*") else _columns(reader)
    reader.expect_word("FROM")
    named = reader.next
    collection = ".".join(reader.path()).lower()
    if collection not in (DEVICES, MODULES, JOBS):
        reader.fail(f"expecting {DEVICES}, {MODULES} or {JOBS}", named)
    condition = reader.condition() if reader.took_word("WHERE") else None
    groups: tuple[str, ...] = ()
    if reader.took_word("GROUP"):
        reader.expect_word("BY")
        groups = without_collection(reader.path())
    if reader.next.kind != END:
        reader.fail()
    if collection != DEVICES and (groups or any(column.aggregate for column in columns)):
        raise HubRefusal(400004, f"GROUP BY and aggregates are supported for {DEVICES} only")
    if collection == JOBS and columns:
        raise HubRefusal(400004, f"only SELECT * is supported for {JOBS}")
    if groups and not columns:
        raise HubRefusal(400004, "SELECT * cannot be grouped")
    return _Query(columns, top, collection, condition, groups)


def _columns(reader: ConditionReader) -> tuple[_Column, ...]:
    columns = [_column(reader)]
    while reader.took_mark(","):
        columns.append(_column(reader))
    return tuple(columns)


def _column(reader: ConditionReader) -> _Column:
    start = reader.next
    names = without_collection(reader.path())
    aggregate = ""
    if reader.took_mark("("):
        aggregate = ".".join(names).upper()
        if aggregate not in _AGGREGATES:
            reader.fail("there is no aggregate of this name", start)
        names = () if aggregate == "COUNT" else without_collection(reader.path())
        reader.expect_mark(")")
    if reader.took_word("AS"):
        return _Column(reader.path()[-1], names, aggregate)
    if aggregate:
        reader.fail("expecting AS and a name for the aggregate")
    return _Column(_first_small(names[-1]) if len(names) == 1 else names[-1], names)


def _first_small(name: str) -> str:
    """As the documentation's example shows it: `SELECT DeviceId` gives `deviceId`."""
    return name[:1].lower() + name[1:]


def _grouped(query: _Query, twins: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    for column in query.columns:
        if not column.aggregate and column.names != query.groups:
            raise HubRefusal(400004, f"{'.'.join(column.names)} is neither aggregated nor what GROUP BY names")
    # By type, too: 1 and true are equal to Python. Of a twin only what is aggregated is kept.
    groups: dict[tuple[str, Any], list[list[Any]]] = {}
    if not query.groups:  # a count of nothing is a row, too
        groups[(kind_of(None), None)] = [[] for _ in query.columns]
    for twin in twins:
        key = find(twin, query.groups) if query.groups else None
        kind = kind_of(key)
        members = groups.setdefault((kind, key if kind else UNDEFINED), [[] for _ in query.columns])
        for column, values in zip(query.columns, members, strict=True):
            if column.aggregate:
                values.append(None if column.aggregate == "COUNT" else find(twin, column.names))
    return [
        _row(
            (column.alias, _aggregated(column, values) if column.aggregate else key)
            for column, values in zip(query.columns, members, strict=True)
        )
        for (_, key), members in groups.items()
    ]


def _aggregated(column: _Column, values: list[Any]) -> Any:
    if column.aggregate == "COUNT":
        return len(values)
    return _AGGREGATES[column.aggregate]([each for each in values if type(each) in (int, float)])


def _row(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {alias: value for alias, value in values if value is not UNDEFINED}
