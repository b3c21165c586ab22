"""The query of `template to-kql` over messages of a lab finds what `validate messages` finds in the lab's stream.

A foreign client sends them. They are taken as `monitor events` saves them, and as the hub's routing writes them.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.flows.conftest import VALIDATE, Flow
from tests.flows.devices import connected, ended
from tests.flows.test_route_trace import route, set_up
from tests.payload import agreement
from tests.payload.kql import playing
from tests.payload.kql.test_query import STATUS, WORDS, interface, telemetry

if sys.version_info < (3, 11):
    pytest.skip("duckdb-kql needs Python 3.11 or later", allow_module_level=True)
pytestmark = pytest.mark.slow
duckdb_kql = pytest.importorskip("duckdb_kql", reason="the engine for KQL, duckdb-kql, is not installed")
MESSAGES = 300
ALL = ("--since", "1h", "--max-messages", str(MESSAGES), "--timeout", "60")
TO_KQL = ("iot", "diag", "template", "to-kql")
TOPIC = "devices/device-1/messages/events/$.ct=application%2Fjson&$.ce=utf-8"
TERMS = ("double", "integer", "long", "boolean", "string", "dateTime", "duration", "geopoint", "vector")
MODEL = interface(
    *(telemetry(f"of_{term}", term) for term in TERMS), telemetry("words", WORDS), telemetry("status", STATUS)
)
ODD = (b"[]", b"5", b"{", b"{}", b"true", b"nonsense", b'[{"words": "idle"}]')
_INDEX = re.compile(r"\[\d+\]")


def bodies() -> list[bytes]:
    """Bodies that mostly fit, of which a query can judge all."""
    chance, found = random.Random(21), [*ODD]
    while len(found) < MESSAGES:
        values = {
            each["name"]: agreement.values(each["schema"], chance, 0.03)
            for each in MODEL["contents"]
            if chance.random() < 0.8
        }
        if chance.random() < 0.1:
            values["other"] = 1
        if playing.judgeable(body := json.dumps(values)):
            found.append(body.encode())
    return found


def by_validate(flow: Flow, model: Path) -> Counter[tuple[str, ...]]:
    """How often `validate` finds what in the stream, by code, severity, field and device."""
    run = flow.run(VALIDATE, *ALL, "--model", str(model), "-o", "json")
    assert run.code == 4, run.err
    found = Counter[tuple[str, ...]]()
    for each in run.messages:
        if each["type"] == "finding" and each["code"] not in playing.UNTOLD:
            code = playing.TOLD_AS.get(each["code"], each["code"])
            severity = playing.SEVERITIES.get(each["severity"], each["severity"])
            found[code, severity, _INDEX.sub("[*]", each["path"]) or "$", each["device"]] += each.get("count", 1)
    return found


def by_query(flow: Flow, model: Path, file: Path, *columns: str) -> Counter[tuple[str, ...]]:
    """The same of the query that is printed, over the lines of a file as rows of a table."""
    printed = flow.run(TO_KQL, "--model", str(model), "--table-name", "Saved", *columns)
    assert printed.code == 0, printed.err
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    names = list(dict.fromkeys(name for row in rows for name in row))
    connection = duckdb_kql.connect()
    try:
        connection.sql(f"CREATE TABLE Saved ({', '.join(f'{json.dumps(name)} JSON' for name in names)})")
        marks = ", ".join("?" * len(names))
        cells = [[json.dumps(row[name]) if name in row else None for name in names] for row in rows]
        connection.executemany(f"INSERT INTO Saved VALUES ({marks})", cells)
        answer = duckdb_kql.query(connection, printed.out.decode()).fetchall()
    finally:
        connection.close()
    return Counter({tuple(row[:4]): row[4] for row in answer})


def test_the_printed_query_agrees_with_validate(flow: Flow, tmp_path: Path) -> None:
    set_up(flow, route(), route("true", "events", "live"))
    client = connected(flow)
    for body in bodies():
        client.publish(TOPIC, body, qos=1).wait_for_publish(20)
    ended(client)
    model, saved = tmp_path / "model.json", tmp_path / "saved.jsonl"
    model.write_text(json.dumps(MODEL), encoding="utf-8")
    saved.write_bytes(flow.monitor(*ALL, "-o", "json").out)
    routed = Path(flow.lab.call(flow.lab.state.runtime.routing.file, "cold"))
    expected = by_validate(flow, model)
    assert len({code for code, *_ in expected}) > 8
    for file, body_column, device_column in (
        (saved, "payload", "device"), (routed, "Body", "SystemProperties.connectionDeviceId"),
    ):  # fmt: skip
        assert len(file.read_bytes().splitlines()) == MESSAGES
        found = by_query(flow, model, file, "--body-column", body_column, "--device-column", device_column)
        assert found == expected
