"""The query of `template to-kql` on an engine for KQL: a million messages of a template of 24 fields."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import template
from figure import Figure

MESSAGES = 1_000_000
DEVICES = 1000
MOST_SECONDS = 30.0
MOST_LINES = 200


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Run the query on messages of which 1 % have a fault, and on messages that all have one.

    The bar is held against the time of the processor, all threads together, because other work moves the clock.
    """
    sys.path.insert(0, str(Path(environment["AZURE_EXTENSION_DIR"], "iot-diag")))
    from azext_iotdiag.payload import read_model
    from azext_iotdiag.payload.kql import query

    text = query.text(read_model(template.MODEL).document, query.KqlTable("Messages"), "adx")
    few = [body.decode() for body in template.mixed()]
    all_wrong = [body.replace('"total"', '"totall"') for body in few]
    clock, cpu = _run(text, few, template.FAULTY)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    all_clock, all_cpu = _run(text, all_wrong, template.FAULTY + sum(map(_is_json, all_wrong)))
    lines = len(text.splitlines())
    return [
        Figure(f"CPU seconds for {MESSAGES:,} messages, 1 % with a fault", f"{cpu:.1f}", "-", cpu, MOST_SECONDS),
        Figure("seconds by the clock, and memory in MB", f"{clock:.1f}, {memory:.0f}", "-", clock),
        Figure("CPU seconds where each message has a fault", f"{all_cpu:.1f}", "-", all_cpu),
        Figure("seconds by the clock of them", f"{all_clock:.1f}", "-", all_clock),
        Figure("lines of the query", str(lines), "-", lines, MOST_LINES),
    ]


def _run(text: str, different: Sequence[str], faults: int) -> tuple[float, float]:
    """Seconds by the clock and of the processor for a table of messages, each body of which comes equally often."""
    import duckdb_kql

    connection = duckdb_kql.connect()
    connection.sql("CREATE TABLE Bodies (Number INTEGER, Body VARCHAR)")
    connection.executemany("INSERT INTO Bodies VALUES (?, ?)", list(enumerate(different)))
    connection.sql(
        f"CREATE TABLE Messages AS SELECT 'device-' || (range % {DEVICES}) AS DeviceId, Body "
        f"FROM range({MESSAGES}) JOIN Bodies ON range % {len(different)} = Number"
    )
    clock, cpu = time.perf_counter(), time.process_time()
    rows = duckdb_kql.query(connection, text).fetchall()
    took, used = time.perf_counter() - clock, time.process_time() - cpu
    connection.close()
    found = sum(row[4] for row in rows)
    if found != faults * (MESSAGES // len(different)):
        raise SystemExit(f"The query found {found}: {json.dumps(rows[:5])}")
    return took, used


def _is_json(body: str) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
