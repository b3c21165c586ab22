"""Memory that reading takes: after 100,000 events and after a million, from a lab that makes them as they are read."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import labs
import process
from figure import Figure

FEW, MANY = 100_000, 1_000_000
BAR_MB = 5.0
LAB = "bench-memory"
_NUMBER = re.compile(rb'"payload":\{"number": (\d+) ')


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """The most that the process held, once with few and once with many events."""
    start = ("iot", "diag", "lab", "start", "--name", LAB, "--detach", "--device-count", "32", "--flood", str(MANY))
    started = subprocess.run(
        process.az(*start, "-o", "json"), capture_output=True, text=True, cwd=folder, env=dict(environment), check=False
    )
    if started.returncode:
        raise SystemExit(f"The lab did not start: {started.stderr}")
    try:
        with_lab = labs.environment_of(json.loads(started.stdout), environment)
        few, many = (read(folder, with_lab, count) for count in (FEW, MANY))
    finally:
        process.run(process.az("iot", "diag", "lab", "stop", "--name", LAB), folder, environment)
    growth = many - few
    return [
        Figure(f"memory of monitor events at {FEW:,} and {MANY:,}, MB", f"{few:.1f}, {many:.1f}", "-", many),
        Figure("its growth in between, MB", f"{growth:.2f}", "-", growth, BAR_MB),
    ]


def read(folder: Path, environment: Mapping[str, str], count: int) -> float:
    """Read so many events and give the peak of the resident memory, in MB (of 1,000,000 bytes).

    Raises SystemExit when one came twice, or not all came where all were asked for.
    """
    seen = bytearray(MANY)
    with (folder / "stderr.txt").open("w+b") as said:
        reading = subprocess.Popen(
            labs.monitor("--since", "6d", "--max-messages", str(count)), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=said, cwd=folder, env=dict(environment),
        )  # fmt: skip
        try:
            assert reading.stdout is not None
            for line in reading.stdout:
                found = _NUMBER.search(line)
                if found is None:
                    raise SystemExit(f"monitor events showed what nobody sent: {line[:300]!r}")
                seen[int(found[1])] += 1
            _, status, usage = os.wait4(reading.pid, 0)
            reading.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if reading.returncode is None:
                reading.kill()
                reading.wait()
    if reading.returncode or max(seen) > 1 or sum(seen) != count:
        raise SystemExit(f"monitor events showed {sum(seen):,} of {count:,} events, some {max(seen)} times.")
    return process.peak_megabytes(usage)
