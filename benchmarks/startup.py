"""Start-up: the cheapest command of ours against one of an extension that does nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import process

HERE = Path(__file__).parent
ROUNDS = 11
COMMANDS = {"diag": ("iot", "diag", "lab", "faults", "-o", "json"), "noop": ("iot", "noop", "ping", "-o", "json")}


def measure(folder: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Count instructions once each, which is exact, and take the times in turns."""
    # The order of sets and dicts of text is part of the work; it is the same each time then.
    fixed = {**environment, "PYTHONHASHSEED": "0"}
    environments = {"diag": fixed, "noop": install_noop(folder, fixed)}
    for name, words in COMMANDS.items():  # once for what is kept for later: byte code, az's index of commands
        process.run(process.az(*words), folder, environments[name])
    counted = {name: process.instructions(process.az(*COMMANDS[name]), folder, environments[name]) for name in COMMANDS}
    runs: dict[str, list[process.Cost]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, words in COMMANDS.items():
            runs[name].append(process.run(process.az(*words), folder, environments[name]))
    found: dict[str, Any] = {
        "cpu": {name: median(cost.cpu for cost in runs[name]) for name in runs},
        "wall": {name: median(cost.wall for cost in runs[name]) for name in runs},
    }
    if all(counted.values()):
        found["instructions"] = counted
    ratios = {f"{what}Ratio": values["diag"] / values["noop"] for what, values in found.items()}
    return {**found, **ratios, "runs": {name: [cost._asdict() for cost in costs] for name, costs in runs.items()}}


def install_noop(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Build and install the other extension; returns the environment in which az has it and not ours."""
    place = folder / "noop"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(HERE / "noop_extension", place / "source")
    alone = {**environment, "AZURE_CONFIG_DIR": str(place / "azure"), "AZURE_EXTENSION_DIR": str(place / "extensions")}
    build = [sys.executable, "setup.py", "-q", "bdist_wheel", "--dist-dir", str(place / "dist")]
    subprocess.run(build, cwd=place / "source", env=alone, check=True, capture_output=True)
    (wheel,) = (place / "dist").glob("*.whl")
    add = process.az("extension", "add", "--source", str(wheel), "--yes")
    subprocess.run(add, cwd=folder, env=alone, check=True, capture_output=True)
    return alone
