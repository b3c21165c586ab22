"""The library on its own: importable without az, and light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PROGRAM = """
import sys
sys.path = [each for each in sys.path if "site-packages" not in each] + [sys.argv[1]]
from azext_iotdiag.payload import read_json, read_model
telemetry = {"@type": "Telemetry", "name": "t", "schema": "date"}
interface = {"@id": "dtmi:a;1", "@type": "Interface", "contents": [telemetry]}
print(*(found.entry.code for found in read_model(interface).telemetry(read_json(b'{"t": "2026-02-30"}'))))
heavy = {"azure", "knack", "asyncio", "socket", "ssl", "subprocess", "jsonschema", "requests"} & set(sys.modules)
print(*sorted(heavy))
"""


def test_it_needs_no_az() -> None:
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PROGRAM, str(CHECKOUT)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.stdout == "wrong-format\n\n", run.stderr
