"""Labs in processes of their own, which end with this one, and the environment in which az finds one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import process

HERE = Path(__file__).parent
LEAVE_SECONDS = 10.0
PARTITION_COUNT = 4  # of lab.py


@contextmanager
def lab(folder: Path, environment: Mapping[str, str], *words: str) -> Iterator[dict[str, Any]]:
    """The description of a lab; `words` are those that lab.py takes behind its folder."""
    place = folder / "lab"
    place.mkdir(mode=0o700, exist_ok=True)
    own = {**environment, "PYTHONPATH": os.path.join(environment["AZURE_EXTENSION_DIR"], "iot-diag")}
    command = [sys.executable, str(HERE / "lab.py"), str(place), *words]
    with (folder / "lab.log").open("wb") as log:
        started = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=folder, env=own
        )
    try:
        assert started.stdout is not None
        first = started.stdout.readline()
        if not first:
            raise SystemExit(f"The lab did not start; {folder / 'lab.log'} says why.")
        yield json.loads(first)
    finally:
        try:
            started.communicate(timeout=LEAVE_SECONDS)  # it ends when its standard input does
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def environment_of(described: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which az, and bare_eventhub.py, read this lab."""
    strings = described["connectionStrings"]
    return {
        **environment,
        **described["environment"],
        "AZURE_IOTDIAG_LOGIN": strings["service"],
        "BENCH_EVENT_HUB": strings["eventHub"],
        "BENCH_ADDRESS": f"sb://localhost:{amqps_port(described)}",
        "BENCH_CA_FILE": described["caFile"],
    }


def amqps_port(described: Mapping[str, Any]) -> int:
    """The port on which the lab speaks AMQP."""
    return int(described["endpoints"]["amqps"].rpartition(":")[2])


def monitor(*words: str) -> list[str]:
    """The command line that reads as JSON."""
    return process.az("iot", "diag", "monitor", "events", "-o", "json", *words)
