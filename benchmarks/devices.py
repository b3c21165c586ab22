"""A thousand devices connected at once, each sending once a second for a minute: whether anything is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import labs
from figure import Figure

COUNT = 1000
SECONDS = 60
WITHIN_SECONDS = 240.0  # for connecting, sending and leaving
READ_SECONDS = 120


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Let them send, and read back what the lab has of it."""
    with labs.lab(folder, environment, "fleet", str(COUNT)) as described:
        sent = fleet(folder, environment, described)
        came = read(folder, labs.environment_of(described, environment), sum(sent["acknowledged"].values()))
    expected = {(device, number) for device, count in sent["acknowledged"].items() for number in range(count)}
    arrived = set(came)
    lost, twice = len(expected - arrived), len(came) - len(arrived)
    asked = COUNT * SECONDS
    return [
        Figure("devices connected at once", str(sent["together"]), "-", sent["together"], COUNT, more=True),
        Figure(f"messages acknowledged of {asked:,}", f"{len(expected):,}", "-", len(expected), asked, more=True),
        Figure("messages acknowledged and lost", str(lost), "-", lost, 0),
        Figure("messages that came twice", str(twice), "-", twice, 0),
        Figure("seconds until all are connected", f"{sent['connecting']:.1f}", "-", sent["connecting"]),
        Figure("acknowledgement of a message, p99 in ms", f"{sent['p99'] * 1000:.0f}", "-", sent["p99"] * 1000),
    ]


def fleet(folder: Path, environment: Mapping[str, str], described: Mapping[str, Any]) -> dict[str, Any]:
    """What the devices say. Raises SystemExit where they do not come to an end."""
    where = {**environment, "PYTHONPATH": f"{environment['AZURE_EXTENSION_DIR']}/iot-diag"}
    command = [sys.executable, str(labs.HERE / "fleet.py"), str(SECONDS)]
    try:
        done = subprocess.run(
            command, input=json.dumps(described), capture_output=True, text=True, env=where, cwd=folder,
            timeout=WITHIN_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise SystemExit(f"The devices were not done within {WITHIN_SECONDS:g} s.") from None
    if done.returncode:
        raise SystemExit(f"The devices failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout)


def read(folder: Path, environment: Mapping[str, str], count: int) -> list[tuple[str, int]]:
    """Device and number of each message that the lab has."""
    words = ("--since", "1h", "--max-messages", str(count), "--timeout", "10", "--duration", str(READ_SECONDS))
    done = subprocess.run(
        labs.monitor(*words), stdin=subprocess.DEVNULL, capture_output=True, cwd=folder, env=dict(environment),
        timeout=2 * READ_SECONDS, check=False,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [(line["device"], line["payload"]["number"]) for line in lines]
