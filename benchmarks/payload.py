"""The speed of judging payloads: our rules against jsonschema, reading and judging against reading alone, and files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
PATIENCE_SECONDS = 600.0


def measure(folder: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Run the program that measures, with the installed extension. Raises SystemExit where it fails."""
    own = {**environment, "PYTHONPATH": os.path.join(environment["AZURE_EXTENSION_DIR"], "iot-diag")}
    command = [sys.executable, str(HERE / "payload_program.py"), str(folder)]
    ran = subprocess.run(
        command, capture_output=True, cwd=folder, env=own, timeout=PATIENCE_SECONDS, check=False, text=True
    )
    if ran.returncode:
        raise SystemExit(f"Payloads could not be judged:\n{ran.stderr[-2000:]}")
    return json.loads(ran.stdout)


def rows(found: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """The rows of the table: what, ours, the other, and the ratio."""
    took = {name: median(values) for name, values in found["microseconds"].items()}
    # Time on the clock: what else the machine does can only lengthen it, so the shortest run is the truest.
    one, two = min(found["files"]["one"]), min(found["files"]["two"])
    yield (
        "judging a value, µs; jsonschema (3)",
        *_row(took["rules"], took["jsonschema"], took["jsonschema"] / took["rules"]),
    )
    yield "from bytes to findings, µs; json.loads", *_row(took["bytes"], took["loads"], took["loads"] / took["bytes"])
    yield "a file in two processes, s; in one", *_row(two, one, one / two)
    yield "memory after its first tenth, KB", f"{found['files']['grewKilobytes']:,}", "", ""


def _row(ours: float, other: float, ratio: float) -> tuple[str, str, str]:
    return f"{ours:.1f}", f"{other:.1f}", f"{ratio:.2f}"
