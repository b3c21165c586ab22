"""What `check` takes without a service, over fifty hubs, and for a group: seconds and requests."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import process
from figure import Figure

HUBS, FLEET, GROUP = 50, 100_000, 1_000
LAB = "bench-anywhere"
BAR_SECONDS, BAR_REQUESTS = 10.0, 29
_QUERY = f"SELECT * FROM devices WHERE tags.serial <= {GROUP}"


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Search for a device of the last hub, and diagnose a group. The search is timed without az's own start."""
    start = ("iot", "diag", "lab", "start", "--name", LAB, "--detach", "--hubs", str(HUBS), "--fleet", str(FLEET))
    _json(start, folder, environment)
    try:
        logged_in = _json(("iot", "diag", "lab", "login", "--name", LAB), folder, environment)
        with_lab = {**environment, **logged_in["environment"]}
        empty, _ = _timed(("iot", "diag", "explain", "401003"), folder, with_lab)
        search = ("iot", "diag", "check", "-d", f"{LAB}-{HUBS}-device", "--only", "admission")
        taken = []
        for way in ("login", "key"):
            seconds, told = _timed((*search, "--auth-type", way), folder, with_lab)
            if told["homes"]["asked"] < HUBS or len(told["homes"]["found"]) != 1 or told["homes"]["notAsked"]:
                raise SystemExit(f"The device was not found on one of {HUBS} hubs: {told['homes']}")
            taken.append(seconds - empty)
        _json(("iot", "diag", "logs", "enable", "-n", f"{LAB}-hub", "--yes"), folder, with_lab)
        before = _requests(folder, environment)
        told = _json(("iot", "diag", "check", "-n", f"{LAB}-hub", "-q", _QUERY), folder, with_lab)
        requests = _requests(folder, environment) - before
        if not requests:
            raise SystemExit("The lab's audit log holds no request of the check, so they cannot be counted.")
        if not told["group"]["resourceLog"]["looked"]:
            raise SystemExit(f"The resource log was not read: {told['group']['resourceLog']['why']}")
        if told["group"]["devices"] != GROUP:
            raise SystemExit(f"The group has {told['group']['devices']} devices, and not {GROUP}.")
    finally:
        process.run(process.az("iot", "diag", "lab", "stop", "--name", LAB), folder, environment)
    return [
        _figure(f"seconds to find a device on one of {HUBS} hubs, with the login", taken[0]),
        _figure("the same with keys", taken[1]),
        Figure(f"requests for a group of {GROUP:,} among {FLEET:,}", str(requests), "-", requests, BAR_REQUESTS),
    ]


def _json(words: tuple[str, ...], folder: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """What a command of az tells. A verdict is no failure."""
    run = subprocess.run(
        process.az(*words, "-o", "json"), capture_output=True, cwd=folder, env=dict(environment), check=False
    )
    if run.returncode not in (0, 4, 5) or not run.stdout:
        raise SystemExit(f"az {' '.join(words[:4])} failed: {run.stderr.decode(errors='replace')}")
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def _figure(what: str, seconds: float) -> Figure:
    """A time beyond az's own start."""
    return Figure(what, f"{seconds:.2f}", "-", seconds, BAR_SECONDS)


def _timed(words: tuple[str, ...], folder: Path, environment: Mapping[str, str]) -> tuple[float, dict[str, Any]]:
    """How many seconds a command takes, and what it tells."""
    began = time.monotonic()
    told = _json(words, folder, environment)
    return time.monotonic() - began, told


def _requests(folder: Path, environment: Mapping[str, str]) -> int:
    """How many requests the lab got so far, routine ones too. Entra's are not counted."""
    told = _json(("iot", "diag", "lab", "status", "--name", LAB, "--audit", "1000", "--all"), folder, environment)
    return sum(record["service"] in ("https", "arm", "logs") for record in told["audit"])
