"""From Enter to the first event: in seconds, and in round trips, which do not depend on the machine."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path

import delay
import freshness
import labs
from figure import Figure

ROUND_TRIPS = (0.0, 0.05, 0.25)  # seconds; the two ends give the slope
ROUNDS = 5
MOST_ROUND_TRIPS = 12


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """The shortest time of some runs at each delay, in turns: what is longer is the machine's doing."""
    times: dict[float, list[float]] = {round_trip: [] for round_trip in ROUND_TRIPS}
    with labs.lab(folder, environment, "full", "100", "900") as described:
        port = labs.amqps_port(described)
        with_lab = labs.environment_of(described, environment)
        for _ in range(ROUNDS):
            for round_trip in ROUND_TRIPS:
                with delay.relay(port, round_trip) as relayed:
                    mapping = with_lab["AZURE_IOTDIAG_CONNECT_TO"].replace(f"127.0.0.1:{port}", f"127.0.0.1:{relayed}")
                    times[round_trip].append(first_event(folder, {**with_lab, "AZURE_IOTDIAG_CONNECT_TO": mapping}))
    best = {round_trip: min(seconds) for round_trip, seconds in times.items()}
    nearest, *_, farthest = ROUND_TRIPS
    slope = (best[farthest] - best[nearest]) / (farthest - nearest)
    return [
        *(Figure(f"Enter to first event at {one * 1000:.0f} ms round trip, s", f"{best[one]:.2f}", "-", best[one])
          for one in ROUND_TRIPS),
        Figure("round trips to the first event, cold", f"{slope:.2f}", "-", round(slope), MOST_ROUND_TRIPS),
    ]  # fmt: skip


def first_event(folder: Path, environment: Mapping[str, str]) -> float:
    """Seconds from the start of az to its first line. Raises SystemExit when that is not the first event."""
    started = time.perf_counter()
    with freshness.lines(folder, environment, "--since", "1d") as stdout:
        line = stdout.readline()
        seconds = time.perf_counter() - started
    if not line or json.loads(line)["sequence"] != 0:
        raise SystemExit(f"monitor events did not show the first event but: {line[:200]!r}")
    return seconds
