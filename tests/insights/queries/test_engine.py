"""Each saved query brings the same table from an engine for KQL as from its function, on the same rows."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from azext_iotdiag.insights.queries.catalogue import QUERIES
from azext_iotdiag.insights.queries.query import QueryText
from azext_iotdiag.insights.queries.values import Value
from tests.insights.played_rows import PLAYED
from tests.insights.queries.lake_rows import DPS, HUB, ODD, REGISTERED, of_lake, of_threads
from tests.insights.thread_rows import Record

if sys.version_info < (3, 11):
    pytest.skip("duckdb-kql needs Python 3.11 or later", allow_module_level=True)
pytestmark = pytest.mark.slow
duckdb_kql = pytest.importorskip("duckdb_kql", reason="the engine for KQL, duckdb-kql, is not installed")

_TYPES = {"TimeGenerated": "TIMESTAMP", "_BilledSize": "DOUBLE"}
_COLUMNS = (
    "TimeGenerated", "Category", "OperationName", "ResultType", "ResultSignature", "ResultDescription",
    "CallerIPAddress", "Resource", "_ResourceId", "_BilledSize", "properties_s", "location_s",
)  # fmt: skip
LOGS: dict[str, list[Record]] = {
    "none": [],
    "odd": [*ODD, *REGISTERED],
    "long": [
        *of_threads("sdk-c-1406", "sdk-csharp-3357", "sdk-csharp-1312", "sdk-node-537"),
        *(of_lake(each) for _, maker in PLAYED for each in maker().rows),
    ],
}
GIVEN: dict[str, Sequence[Mapping[str, Value]]] = {
    "provisioning-rows": (
        {"resource": DPS},
        {"resource": DPS, "device": "d-2"},
        {"after": "2026-11-30T10:00:02.0000000Z"},
    ),
    "registration-errors": ({"resource": DPS}, {"resource": DPS, "device": "d-2"}, {}),
    "identities-shared": ({"resource": HUB, "most": 0}, {"resource": HUB, "most": 2}),
    "not-back": ({"resource": HUB, "before": "2026-11-30T10:30:00.0000000Z"},),
    "log-rows": ({"resource": HUB, "device": 'pump"3\\'}, {"after": "2026-11-30T10:05:00.0000000Z"}),
    "device-traits": ({},),
    "last-connections": ({"resource": HUB, "device": "é漢😀"},),
    "connection-errors": ({"resource": HUB, "device": 'pump"3\\'}, {"device": "pump-1"}),
}


def ask(log: Sequence[Record], text: str, *, table: bool = True) -> tuple[list[str], list[tuple[Any, ...]]]:
    """What the engine says to the text of a query."""
    connection = duckdb_kql.connect()
    try:
        if table:
            columns = ", ".join(f'"{name}" {_TYPES.get(name, "VARCHAR")}' for name in _COLUMNS)
            connection.sql(f"CREATE TABLE AzureDiagnostics ({columns})")
            if log:
                marks = ", ".join("?" for _ in _COLUMNS)
                values = [[each.get(name) for name in _COLUMNS] for each in log]
                connection.executemany(f"INSERT INTO AzureDiagnostics VALUES ({marks})", values)
        answer = duckdb_kql.query(connection, text)
        return list(answer.columns), answer.fetchall()
    finally:
        connection.close()


def plain(query: QueryText, cells: Sequence[Any]) -> tuple[Any, ...]:
    """A row in one form: the engine tells times to the microsecond, and arrays in any order."""
    found = []
    for column, cell in zip(query.columns, cells, strict=True):
        if column.type == "datetime":
            found.append(cell.isoformat(timespec="microseconds") if isinstance(cell, datetime) else str(cell)[:26])
        elif column.type == "dynamic":
            found.append(tuple(sorted(json.loads(cell))))
        else:
            found.append(cell)
    return tuple(found)


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("log", LOGS)
def test_the_engine_and_the_function_agree(name: str, log: str) -> None:
    query = QUERIES[name]
    more = GIVEN.get(name, ()) if log == "odd" else ()
    for given in ({"resource": HUB}, *more):
        columns, rows = ask(LOGS[log], query.text(given))
        assert columns == [column.name for column in query.columns]
        ours = query.table(LOGS[log], given)
        assert [plain(query, each) for each in rows] == [plain(query, each) for each in ours.rows], given


@pytest.mark.parametrize("name", QUERIES)
def test_a_workspace_without_the_table_has_no_rows(name: str) -> None:
    """The table appears with its first row. Until then a query that names it alone is refused."""
    assert ask([], QUERIES[name].text(), table=False)[1] == []


@pytest.mark.parametrize("device", ['" or true //', "\\", '\\" | count', "'", "}", "\\u0022 or 1==1"])
def test_no_value_ends_its_literal(device: str) -> None:
    """A text that tries to be KQL stays a text, which no device is called."""
    assert ask(ODD, QUERIES["log-rows"].text({"device": device}))[1] == []
