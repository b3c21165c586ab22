"""The query of `template to-kql` on an engine for KQL: a million messages of a template of 24 fields."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import template
from figure import Figure

MESSAGES = 1_000_000
DEVICES = 1000
MOST_SECONDS = 30.0
MOST_LINES = 200


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Run the query once. The engine works on all processors; its time is that of the clock."""
    sys.path.insert(0, str(Path(environment["AZURE_EXTENSION_DIR"], "iot-diag")))
    import duckdb_kql

    from azext_iotdiag.payload import read_model
    from azext_iotdiag.payload.kql import query

    text = query.text(read_model(template.MODEL).document, query.Table("Messages"), "adx")
    connection = duckdb_kql.connect()
    bodies = [(number, body.decode()) for number, body in enumerate(template.mixed())]
    connection.sql("CREATE TABLE Bodies (Number INTEGER, Body VARCHAR)")
    connection.executemany("INSERT INTO Bodies VALUES (?, ?)", bodies)
    connection.sql(
        f"CREATE TABLE Messages AS SELECT 'device-' || (range % {DEVICES}) AS DeviceId, Body "
        f"FROM range({MESSAGES}) JOIN Bodies ON range % {len(bodies)} = Number"
    )
    clock, cpu = time.perf_counter(), time.process_time()
    rows = duckdb_kql.query(connection, text).fetchall()
    took, used = time.perf_counter() - clock, time.process_time() - cpu
    found = sum(row[4] for row in rows)
    if found != template.FAULTY * (MESSAGES // len(bodies)):
        raise SystemExit(f"The query found {found}: {json.dumps(rows[:5])}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    lines = len(text.splitlines())
    return [
        Figure(f"seconds for {MESSAGES:,} messages of 24 fields", f"{took:.1f}", "-", took, MOST_SECONDS),
        Figure("CPU seconds of them, and memory in MB", f"{used:.0f}, {memory:.0f}", "-", used),
        Figure("lines of the query", str(lines), "-", lines, MOST_LINES),
    ]
