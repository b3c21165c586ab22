"""Events per CPU second: `az iot diag monitor events` against a plain program on azure-eventhub, from the same lab."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import labs
import process
from figure import Figure

COUNT = 60_000
# A client fetches more than it shows; with so much more in the lab it does so at any count, and that cancels out.
SPARE = 20_000
BODIES = {900: (5, 2.5), 100: (3, None)}  # their bytes: rounds, and the bar
BARE = str(Path(__file__).parent / "bare_eventhub.py")


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Run both in turns, each with one event and with many: the difference is what the events cost."""
    found = []
    for size, (rounds, bar) in BODIES.items():
        with labs.lab(folder, environment, "full", str(COUNT + SPARE), str(size)) as described:
            with_lab = labs.environment_of(described, environment)
            check(folder, with_lab)
            rates: dict[str, list[float]] = {"monitor": [], "bare": []}
            for _ in range(rounds):
                for name, command in (("monitor", monitor), ("bare", bare)):
                    one = process.run(command(1), folder, with_lab)
                    many = process.run(command(COUNT), folder, with_lab)
                    rates[name].append((COUNT - 1) / (many.cpu - one.cpu))
        ours, other = (median(rates[name]) for name in rates)
        pairs = [mine / bare for mine, bare in zip(rates["monitor"], rates["bare"], strict=True)]
        what = f"events of {size} B per CPU second (round by round {min(pairs):.2f} to {max(pairs):.2f})"
        found.append(Figure(what, f"{ours:,.0f}", f"{other:,.0f}", ours / other, bar, more=True))
    return found


def monitor(count: int) -> list[str]:
    """The command that is measured."""
    return labs.monitor("--since", "1d", "--max-messages", str(count))


def bare(count: int) -> list[str]:
    """What it is held against."""
    return [sys.executable, BARE, str(count)]


def check(folder: Path, environment: Mapping[str, str]) -> None:
    """Make sure that what is measured does what it should, before any time is taken. Raises SystemExit."""
    shown = folder / "shown.jsonl"  # not kept in memory: the memory of commands is measured, too, and begins with ours
    with shown.open("wb") as out:
        ran = subprocess.run(
            monitor(COUNT + SPARE), stdout=out, stderr=subprocess.PIPE, cwd=folder, env=dict(environment),
            timeout=process.PATIENCE_SECONDS, check=False,
        )  # fmt: skip
    seen = bytearray(COUNT + SPARE)
    with shown.open("rb") as lines:
        for line in lines:
            seen[json.loads(line)["payload"]["number"]] += 1
    if ran.returncode or set(seen) != {1}:
        said = ran.stderr.decode("utf-8", "replace")[-2000:]
        raise SystemExit(f"monitor events showed {sum(seen)} events, exit code {ran.returncode}:\n{said}")
