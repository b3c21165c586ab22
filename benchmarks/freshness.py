"""How old a message is when it is shown: from the lab's sending to the line on stdout, on both transports."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import IO

import labs
from figure import Figure

RATE = 27  # events a second and partition
COUNT = 2000
LEAVE_OUT = 100  # of the first ones, which came while the links were attached
BAR_MS = 10.0


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Read what trickles in, each transport in its turn."""
    found = []
    with labs.lab(folder, environment, "trickle", str(RATE)) as described:
        with_lab = labs.environment_of(described, environment)
        for transport in ("amqp", "amqp_ws"):
            ages = sorted(read(folder, with_lab, transport))
            p99 = quantiles(ages, n=100)[98]
            what = f"freshness by {transport}: p99 of {COUNT:,} events, ms (median {median(ages):.2f})"
            found.append(Figure(what, f"{p99:.2f}", "-", p99, BAR_MS))
    return found


def read(folder: Path, environment: Mapping[str, str], transport: str) -> list[float]:
    """The age in milliseconds of each line when it came. Raises SystemExit when an event is missing or came twice."""
    words = ("--transport", transport, "--max-messages", str(COUNT + LEAVE_OUT))
    came: list[tuple[float, bytes]] = []
    with lines(folder, environment, *words) as stdout:
        for line in stdout:
            came.append((time.time(), line))
    bodies = [(at, json.loads(line)["payload"]) for at, line in came]
    if len(bodies) != COUNT + LEAVE_OUT or not complete([body["number"] for _, body in bodies]):
        raise SystemExit(f"monitor events showed {len(bodies)} events that are not those that were sent.")
    return [(at - body["sent"]) * 1000 for at, body in bodies[LEAVE_OUT:]]


def complete(numbers: list[int]) -> bool:
    """Whether the numbers of each partition, which gets every fourth, follow each other without gap or double."""
    for partition in range(labs.PARTITION_COUNT):
        here = [number for number in numbers if number % labs.PARTITION_COUNT == partition]
        if here != list(range(here[0], here[0] + labs.PARTITION_COUNT * len(here), labs.PARTITION_COUNT)):
            return False
    return True


@contextmanager
def lines(folder: Path, environment: Mapping[str, str], *words: str) -> Iterator[IO[bytes]]:
    """The lines of `monitor events`, which ends with this."""
    with (folder / "stderr.txt").open("w+b") as said:
        reading = subprocess.Popen(
            labs.monitor(*words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, cwd=folder,
            env=dict(environment),
        )  # fmt: skip
        try:
            assert reading.stdout is not None
            yield reading.stdout
        finally:
            reading.kill()
            reading.wait()
