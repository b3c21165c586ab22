"""A hundred thousand devices: requests, time and memory of a summary and a list, against one request a device."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import process
from figure import Figure

FLEET = 100_000
DEVICES = FLEET + 3
LAB = "bench-fleet"
# The lab keeps the limits of so many units of S1, and the list is told so: what it takes does not depend on its pace.
UNITS, QUERIES_EACH, LOOKUPS_EACH = 50, 20, 100  # a minute and unit
BAR_CALLS, BAR_MINUTES, BAR_MB = 10, 10.0, 100.0
_ENDING = re.compile(rb"([0-9,]+) devices, by ([0-9,]+) quer(?:y|ies)")


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Summarise and list, and make sure that everybody was seen once and that the hub refused nothing."""
    start = ("iot", "diag", "lab", "start", "--name", LAB, "--detach", "--fleet", str(FLEET), "--units", str(UNITS))
    started = subprocess.run(
        process.az(*start, "-o", "json"), capture_output=True, text=True, cwd=folder, env=dict(environment), check=False
    )
    if started.returncode:
        raise SystemExit(f"The lab did not start: {started.stderr}")
    try:
        described = json.loads(started.stdout)
        login = described["connectionStrings"]["iothubowner"]
        with_lab = {**environment, **described["environment"], "AZURE_IOTDIAG_LOGIN": login}
        summary = summarise(folder, with_lab)
        calls, megabytes = list_(folder, with_lab)
        refused = refusals(folder, environment)
    finally:
        process.run(process.az("iot", "diag", "lab", "stop", "--name", LAB), folder, environment)
    spared = int(QUERIES_EACH * 0.9)
    minutes, alone = (calls - 1) // spared, DEVICES / LOOKUPS_EACH
    return [
        Figure(f"requests to summarise {DEVICES:,} devices", str(summary), f"{DEVICES:,}", summary, BAR_CALLS),
        Figure("requests to list them", str(calls), f"{DEVICES:,}", calls, DEVICES // 1000 + 3),
        Figure("minutes to list them in one unit of S1", str(minutes), f"{alone:,.0f}", minutes, BAR_MINUTES),
        Figure("requests that the hub refused", str(refused), "-", refused, 0),
        Figure("memory of device list, MB", f"{megabytes:.1f}", "-", megabytes, BAR_MB),
    ]


def summarise(folder: Path, environment: Mapping[str, str]) -> int:
    """How many requests `device summary` made."""
    run = subprocess.run(
        process.az("iot", "diag", "device", "summary", "-o", "json"), capture_output=True, cwd=folder,
        env=dict(environment), check=False,
    )  # fmt: skip
    told = json.loads(run.stdout or b"{}")
    if run.returncode or told.get("devices") != DEVICES:
        raise SystemExit(f"device summary counted {told.get('devices')} of {DEVICES}: {run.stderr!r}")
    return int(told["calls"])


def list_(folder: Path, environment: Mapping[str, str]) -> tuple[int, float]:
    """How many queries `device list` made, and the peak of its resident memory in MB (of 1,000,000 bytes)."""
    command = process.az(
        "iot", "diag", "device", "list", "-o", "tsv", "--query", "device", "--query-rate", str(UNITS * QUERIES_EACH)
    )
    with (folder / "stderr.txt").open("w+b") as said:
        reading = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, cwd=folder, env=dict(environment)
        )
        try:
            assert reading.stdout is not None
            names = {line.rstrip() for line in reading.stdout}
            _, status, usage = os.wait4(reading.pid, 0)
            reading.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if reading.returncode is None:
                reading.kill()
                reading.wait()
        said.seek(0)
        ending = _ENDING.search(said.read())
    if reading.returncode or len(names) != DEVICES or ending is None:
        raise SystemExit(f"device list showed {len(names):,} of {DEVICES:,} devices.")
    return int(ending[2].replace(b",", b"")), process.peak_megabytes(usage)


def refusals(folder: Path, environment: Mapping[str, str]) -> int:
    """How many requests the lab refused."""
    run = subprocess.run(
        process.az("iot", "diag", "lab", "status", "--name", LAB, "--audit", "1000", "-o", "json"),
        capture_output=True, cwd=folder, env=dict(environment), check=False,
    )  # fmt: skip
    return sum(record["outcome"] == "refused" for record in json.loads(run.stdout)["audit"])
