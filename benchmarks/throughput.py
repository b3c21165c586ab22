"""Events per CPU second: `az iot diag monitor events` against a plain program on azure-eventhub, from the same lab."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import process

HERE = Path(__file__).parent
COUNT = 60_000
# A client fetches more than it shows; with so much more in the lab it does so at any count, and that cancels out.
SPARE = 20_000
ROUNDS = 5
LEAVE_SECONDS = 10.0


def measure(folder: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Run both in turns, each with one event and with many: the difference is what the events cost."""
    with lab(folder, environment) as described:
        strings = described["connectionStrings"]
        port = described["endpoints"]["amqps"].rpartition(":")[2]
        with_lab = {
            **environment,
            **described["environment"],
            "AZURE_IOTDIAG_LOGIN": strings["service"],
            "BENCH_EVENT_HUB": strings["eventHub"],
            "BENCH_ADDRESS": f"sb://localhost:{port}",
            "BENCH_CA_FILE": described["caFile"],
        }
        check(folder, with_lab)
        runs: dict[str, list[dict[str, Any]]] = {"monitor": [], "bare": []}
        for _ in range(ROUNDS):
            for name, command in (("monitor", monitor), ("bare", bare)):
                one = process.run(command(1), folder, with_lab)
                many = process.run(command(COUNT), folder, with_lab)
                rate = (COUNT - 1) / (many.cpu - one.cpu)
                runs[name].append({"one": one._asdict(), "many": many._asdict(), "eventsPerCpuSecond": rate})
    rates = {name: median(run["eventsPerCpuSecond"] for run in runs[name]) for name in runs}
    pairs = zip(runs["monitor"], runs["bare"], strict=True)
    ratios = [ours["eventsPerCpuSecond"] / other["eventsPerCpuSecond"] for ours, other in pairs]
    return {"events": COUNT, "rates": rates, "ratio": rates["monitor"] / rates["bare"], "ratios": ratios, "runs": runs}


def monitor(count: int) -> list[str]:
    """The command that is measured."""
    words = ("iot", "diag", "monitor", "events", "-o", "json", "--since", "1d", "--max-messages", str(count))
    return process.az(*words)


def bare(count: int) -> list[str]:
    """What it is held against."""
    return [sys.executable, str(HERE / "bare_eventhub.py"), str(count)]


def check(folder: Path, environment: Mapping[str, str]) -> None:
    """Make sure that what is measured does what it should, before any time is taken. Raises SystemExit."""
    ran = subprocess.run(
        monitor(COUNT), capture_output=True, cwd=folder, env=dict(environment), timeout=process.PATIENCE_SECONDS,
        check=False,
    )  # fmt: skip
    lines = ran.stdout.splitlines()
    if ran.returncode or len(lines) != COUNT or not all("sensors" in json.loads(line)["payload"] for line in lines):
        said = ran.stderr.decode("utf-8", "replace")[-2000:]
        raise SystemExit(f"monitor events showed {len(lines)} of {COUNT} events, exit code {ran.returncode}:\n{said}")


@contextmanager
def lab(folder: Path, environment: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The description of a lab full of events, in a process that ends with this one, whatever becomes of it."""
    place = folder / "lab"
    place.mkdir(mode=0o700, exist_ok=True)
    own = {**environment, "PYTHONPATH": os.path.join(environment["AZURE_EXTENSION_DIR"], "iot-diag")}
    command = [sys.executable, str(HERE / "lab.py"), str(place), str(COUNT + SPARE)]
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
