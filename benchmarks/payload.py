"""The speed of judging payloads: our rules against jsonschema, reading and judging against reading alone, and files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from figure import Figure

HERE = Path(__file__).parent
PATIENCE_SECONDS = 600.0
MOST_MB = 5.0
MOST_MS_OF_AN_ARRAY, MOST_MS_OF_NAMES, MOST_TIMES = 300.0, 2.0, 20.0


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Run the program that measures, with the installed extension. Raises SystemExit where it fails."""
    own = {**environment, "PYTHONPATH": os.path.join(environment["AZURE_EXTENSION_DIR"], "iot-diag")}
    command = [sys.executable, str(HERE / "payload_program.py"), str(folder)]
    ran = subprocess.run(
        command, capture_output=True, cwd=folder, env=own, timeout=PATIENCE_SECONDS, check=False, text=True
    )
    if ran.returncode:
        raise SystemExit(f"Payloads could not be judged:\n{ran.stderr[-2000:]}")
    found = json.loads(ran.stdout)
    took = {name: median(values) for name, values in found["microseconds"].items()}
    # Time on the clock: what else the machine does can only lengthen it, so the shortest run is the truest.
    files = found["files"]
    one, two, lines = min(files["one"]), min(files["two"]), files["lines"]
    cpu_of_one, cpu_of_two = min(files["cpuOfOne"]), min(files["cpuOfTwo"])
    grew = files["grewKilobytes"] / 1000
    return [
        _ratio("judging a value of 24 fields, µs; jsonschema", took["rules"], took["jsonschema"], 15),
        _ratio(f"from {found['bytes']:.0f} bytes to findings, µs; json.loads", took["bytes"], took["loads"], 0.36),
        _ratio("the same, of bodies that are written like earlier ones", took["familiar"], took["loads"]),
        _ratio(f"a file of {lines:,} lines in two processes, s; in one", two, one, 1.6),
        _ratio("the same on processors that nobody else uses, s of CPU", cpu_of_two, cpu_of_one),
        Figure("memory that it takes after its first tenth, MB", f"{grew:.1f}", "-", grew, MOST_MB),
        *_cliffs(found["cliffs"]),
    ]


def _cliffs(found: Mapping[str, Any]) -> list[Figure]:
    """Messages that are wrong in many places."""
    array, foreign, ratio = found["array"], found["foreign"], found["ratio"]
    return [
        Figure("64,000 wrong numbers in one array, ms of CPU", f"{array:.1f}", "-", array, MOST_MS_OF_AN_ARRAY),
        Figure("300 strange names against 300 known ones, ms", f"{foreign:.2f}", "-", foreign, MOST_MS_OF_NAMES),
        Figure(f"the dearest, {found['worst']}; a right one that is read", f"{ratio:.1f}", "1", ratio, MOST_TIMES),
    ]


def _ratio(what: str, ours: float, other: float, bar: float | None = None) -> Figure:
    return Figure(what, f"{ours:.1f}", f"{other:.1f}", other / ours, bar, more=True)
