"""How long `check` and `network test` take: on a healthy lab far away, and against a host that swallows packets.

What is held against a bar is the time beyond that of `check --list`, which loads as much and asks no service.
"""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import process
from figure import Figure

LAB, HUB, DEVICE = "bench-check", "bench-check-hub", "device-1"
ROUND_TRIP_MS = 20
ROUNDS = 3
HEALTHY, PROBLEM, UNDETERMINED = 0, 4, 5
BAR_SECONDS, BAR_SILENT_SECONDS, BAR_RATIO, BAR_REQUESTS = 3.0, 15.0, 1.3, 20
PORTS = (443, 5671, 8883)
_AZURE = ".azure-devices.net"


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """The shortest time of some runs: what is longer is the machine's doing."""
    described = lab("start", folder, environment, "--detach")
    try:
        lab("break", folder, environment, "--fault", "latency", "--parameters", f"milliseconds={ROUND_TRIP_MS}")
        login = lab("login", folder, environment, "--identity", "service-principal")["environment"]
        far = {**environment, **login}
        full = ("check", "-n", HUB, "-d", DEVICE)
        list_ = seconds(folder, far, "check", "--list")
        before = requests(folder, environment)
        once = seconds(folder, far, *full, rounds=1, ends=(HEALTHY, PROBLEM))
        asked = requests(folder, environment) - before
        if not asked:
            raise SystemExit("The lab's audit log holds no request of the check, so they cannot be counted.")
        whole = min(once, seconds(folder, far, *full, ends=(HEALTHY, PROBLEM))) - list_
        string = folder / "device.txt"
        string.touch(mode=0o600)
        string.write_text(described["connectionStrings"]["devices"][DEVICE], encoding="utf-8")
        with swallowing() as port:
            lost = {**environment, "AZURE_IOTDIAG_CONNECT_TO": leading(HUB + _AZURE, port)}
            silent = seconds(folder, lost, "check", "--cs", f"@{string}", rounds=1, ends=(PROBLEM, UNDETERMINED))
            host = ("network", "test", "--host", HUB + _AZURE)
            one = seconds(folder, lost, *host, "--protocol", "mqtt", rounds=1, ends=(PROBLEM, UNDETERMINED))
            five = seconds(folder, lost, *host, rounds=1, ends=(PROBLEM, UNDETERMINED))
    finally:
        lab("stop", folder, environment)
    return [
        Figure(f"check at {ROUND_TRIP_MS} ms round trip, s beyond --list", f"{whole:.2f}", "-", whole, BAR_SECONDS),
        Figure("requests of a check with az's login", str(asked), "-", asked, BAR_REQUESTS),
        Figure("check of a host that swallows packets, s", f"{silent:.1f}", "-", silent, BAR_SILENT_SECONDS),
        Figure("network test, five ports against one that is swallowed", f"{five:.1f}", f"{one:.1f}", five / one,
               BAR_RATIO),
    ]  # fmt: skip


def lab(verb: str, folder: Path, environment: Mapping[str, str], *words: str) -> dict[str, Any]:
    """What a command about the lab says. Raises SystemExit unless it does what it should."""
    command = process.az("iot", "diag", "lab", verb, "--name", LAB, *words, "-o", "json")
    run = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=dict(environment), check=False)
    if run.returncode:
        raise SystemExit(f"lab {verb} ended with {run.returncode}: {run.stderr}")
    told: dict[str, Any] = json.loads(run.stdout or "{}")
    return told


def seconds(
    folder: Path, environment: Mapping[str, str], *words: str, rounds: int = ROUNDS, ends: tuple[int, ...] = (HEALTHY,)
) -> float:
    """The shortest time of a command."""
    command = process.az("iot", "diag", *words, "-o", "json")
    return min(process.run(command, folder, environment, ends=ends).wall for _ in range(rounds))


def requests(folder: Path, environment: Mapping[str, str]) -> int:
    """How many requests over HTTPS the lab has had."""
    audit = lab("status", folder, environment, "--audit", "10000", "--all")["audit"]
    return sum(each["action"] == "request" for each in audit)


@contextmanager
def swallowing() -> Iterator[int]:
    """A port of this machine whose queue is full, so that the kernel drops what asks for a connection."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        fillers = []
        try:
            while len(fillers) < 16:
                filler = socket.socket()
                filler.settimeout(0.3)
                fillers.append(filler)
                try:
                    filler.connect(listening.getsockname())
                except TimeoutError:
                    break
            yield listening.getsockname()[1]
        finally:
            for each in fillers:
                each.close()


def leading(host: str, port: int) -> str:
    """The variable that leads all ports of a host to one of this machine."""
    return ",".join(f"{host}:{each}=127.0.0.1:{port}" for each in PORTS)
