"""Start-up: commands of ours, one with a lab and one that explains, against an extension that does nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from statistics import median

import noop
import process
from figure import Figure

ROUNDS = 11
LAB = "bench-start"
BAR = 1.1
EXPLAIN_BAR = 1.15  # 60 ms of az's own start, which takes about 400
COMMANDS = {
    "diag": ("iot", "diag", "lab", "status", "--name", LAB, "-o", "json"),
    "explain": ("iot", "diag", "explain", "401003", "-o", "json"),
    "noop": ("iot", "noop", "ping", "-o", "json"),
}


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Count instructions once each, which is exact, and take the times in turns."""
    # The order of sets and dicts of text is part of the work; it is the same each time then.
    fixed = {**environment, "PYTHONHASHSEED": "0"}
    environments = {"diag": fixed, "explain": fixed, "noop": noop.install(folder, fixed)}
    process.run(process.az("iot", "diag", "lab", "start", "--name", LAB, "--detach"), folder, fixed)
    try:
        for name, words in COMMANDS.items():  # once for what is kept for later: byte code, az's index of commands
            process.run(process.az(*words), folder, environments[name])
        counted = {
            name: process.instructions(process.az(*words), folder, environments[name])
            for name, words in COMMANDS.items()
        }
        runs: dict[str, list[process.Cost]] = {name: [] for name in COMMANDS}
        for _ in range(ROUNDS):
            for name, words in COMMANDS.items():
                runs[name].append(process.run(process.az(*words), folder, environments[name]))
    finally:
        process.run(process.az("iot", "diag", "lab", "stop", "--name", LAB), folder, fixed)
    return [
        *process.counted("lab status against a command that does nothing", counted["diag"], counted["noop"], BAR),
        *_times("diag", runs),
        *process.counted("explain against the same", counted["explain"], counted["noop"], EXPLAIN_BAR),
        *_times("explain", runs),
    ]


def _times(name: str, runs: Mapping[str, list[process.Cost]]) -> list[Figure]:
    figures = []
    for what in ("cpu", "wall"):
        ours, other = (median(getattr(cost, what) for cost in runs[each]) for each in (name, "noop"))
        figures.append(Figure(f"its {what}, ms", f"{ours * 1000:.0f}", f"{other * 1000:.0f}", ours / other))
    return figures
