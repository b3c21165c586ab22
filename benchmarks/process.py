"""A process, and what it cost: CPU time, time, and where valgrind is there the number of instructions."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from figure import Figure

PATIENCE_SECONDS = 300.0


class Cost(NamedTuple):
    """What a process cost, in seconds: on the CPU, user and system together, and on the clock."""

    cpu: float
    wall: float


def az(*words: str) -> list[str]:
    """The command line of an az command, without the script in front, which some installations have and some not."""
    return [sys.executable, "-m", "azure.cli", *words]


def run(command: list[str], folder: Path, environment: Mapping[str, str], *, ends: tuple[int, ...] = (0,)) -> Cost:
    """Run a command with its output thrown away. Raises SystemExit, with what it said, unless it ends as it should."""
    with (folder / "stderr.txt").open("w+b") as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, cwd=folder, env=dict(environment)
        )
        guard = threading.Timer(PATIENCE_SECONDS, process.kill)
        guard.start()
        try:
            # What a process cost is known only to whoever waits for it, and Popen.wait() does not tell.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            guard.cancel()
            if process.returncode is None:
                process.kill()
                process.wait()
        wall = time.perf_counter() - started
        if process.returncode not in ends:
            said.seek(0)
            tail = said.read().decode("utf-8", "replace")[-2000:]
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{tail}")
    return Cost(usage.ru_utime + usage.ru_stime, wall)


def peak_megabytes(usage: resource.struct_rusage) -> float:
    """The most resident memory that a process held, in MB of 1,000,000 bytes; `usage` is what os.wait4 says of it.

    Linux counts what the process was before it became the command, and that is a copy of this one. Raises SystemExit
    where that may be what was counted.
    """
    if usage.ru_maxrss <= resource.getrusage(resource.RUSAGE_SELF).ru_maxrss:
        raise SystemExit("The benchmark held more memory than the command that it measures, so that cannot be told.")
    return usage.ru_maxrss * 1024 / 1e6  # Linux counts in units of 1,024 bytes


def instructions(
    command: list[str], folder: Path, environment: Mapping[str, str], *, ends: tuple[int, ...] = (0,)
) -> int | None:
    """How many instructions a command takes: the same whatever else the machine does. None without valgrind."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return None
    counting = [valgrind, "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={os.devnull}"]
    ran = subprocess.run(
        [*counting, *command], capture_output=True, text=True, cwd=folder, env=dict(environment),
        timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    counted = re.search(r"I +refs: +([\d,]+)", ran.stderr)
    if ran.returncode not in ends or counted is None:
        raise SystemExit(f"{' '.join(command)} under valgrind ended with {ran.returncode}:\n{ran.stderr[-2000:]}")
    return int(counted[1].replace(",", ""))


def counted(what: str, ours: int | None, other: int | None, bar: float) -> list[Figure]:
    """The figure for two counts of instructions; none where there is no valgrind to count them."""
    if ours is None or other is None:
        return []
    return [Figure(f"{what}, million instructions", f"{ours / 1e6:,.0f}", f"{other / 1e6:,.0f}", ours / other, bar)]
