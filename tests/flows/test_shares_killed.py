"""Copies that read one stream in shares, killed at random and started again from their positions; and Ctrl-C."""

from __future__ import annotations

import json
import os
import random
import signal
import struct
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import VALIDATE, Flow
from tests.plugins import az
from tests.plugins.az import finished

fcntl = pytest.importorskip("fcntl", reason="pipes are those of POSIX")
termios = pytest.importorskip("termios", reason="pipes are those of POSIX")
pytestmark = pytest.mark.slow
SECONDS = 120.0
LONGEST = 2.5  # seconds from the first finding of a run to its end; its position is saved once a second
KILLS = 6 if os.environ.get("IOTDIAG_SIEGE") else 2
MODEL = {
    "@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:a;1", "@type": "Interface",
    "contents": [{"@type": "Telemetry", "name": "t", "schema": "double"}],
}  # fmt: skip
WRONG = b'{"t":"warm"}'
ERRORS = ("--minimum-severity", "error")  # one finding of each message


class Copy:
    """A copy of `validate messages` with a share of its own. What each of its runs writes is a file."""

    def __init__(self, flow: Flow, folder: Path, share: str, dice: random.Random):
        self.files: list[Path] = []
        self.kills = 0
        self.position = folder / f"position-{share.replace('/', '-')}.json"
        self._flow, self._folder, self._share, self._dice = flow, folder, share, dice
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread()
        self.start()

    def start(self) -> None:
        begin = ("--position", str(self.position)) if self.position.exists() else ("--since", "1h")
        words = ("--share", self._share, "--save-position", str(self.position), "--timeout", "0", "-o", "json", *ERRORS)
        model = ("--model", str(self._folder / "model.json"))
        self.files.append(self._folder / f"{self.position.stem}-{len(self.files)}.jsonl")
        process = az.start(*VALIDATE, *words, *begin, *model, environment=self._flow.environment)
        self._process, self._first, self._seconds = process, 0.0, self._dice.uniform(0, LONGEST)
        self._thread = threading.Thread(target=self._keep, args=(process, self.files[-1]), daemon=True)
        self._thread.start()

    def _keep(self, process: subprocess.Popen[bytes], path: Path) -> None:
        assert process.stdout is not None
        with path.open("wb") as file:
            for line in process.stdout:
                file.write(line)
                file.flush()
                self._first = self._first or time.monotonic()

    @property
    def reads(self) -> bool:
        """Whether the run has found something."""
        return self._first > 0

    def killed(self) -> None:
        """Kill the run where it is time, and start the next one."""
        if self.kills < KILLS and self._first and time.monotonic() > self._first + self._seconds:
            self.kills += 1
            self.end(signal.SIGKILL)
            self.start()

    def end(self, number: signal.Signals) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(number)
        self._thread.join(SECONDS)
        self._process.wait(SECONDS)
        assert self._process.stderr is not None
        self._process.stderr.close()

    def found(self) -> Counter[tuple[str, int]]:
        """How often each message was found to be wrong, in all runs."""
        return Counter((each["partition"], each["sequence"]) for path in self.files for each in findings(path))


def findings(path: Path) -> list[dict[str, Any]]:
    """The errors in a file, whose last line may be cut off."""
    lines = [json.loads(line) for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]
    return [line for line in lines if line["type"] == "finding" and line["severity"] == "error"]


@pytest.mark.parametrize("copies", [1, 2, 4])
def test_copies_that_are_killed_lose_nothing(flow: Flow, tmp_path: Path, copies: int) -> None:
    (tmp_path / "model.json").write_text(json.dumps(MODEL), encoding="utf-8")
    flow.send_everywhere(*[WRONG] * 20)
    sent, dice, until = 80, random.Random(copies), time.monotonic() + SECONDS
    running = [Copy(flow, tmp_path, f"{number + 1}/{copies}", dice) for number in range(copies)]
    try:
        while any(each.kills < KILLS for each in running):
            assert time.monotonic() < until, [each.kills for each in running]
            flow.send_everywhere(WRONG)
            sent += 4
            for each in running:
                each.killed()
            time.sleep(0.02)  # the pace of the devices
        while not all(each.reads for each in running):  # Ctrl-C then meets no run that has yet to begin
            assert time.monotonic() < until, "a run finds nothing"
            flow.send_everywhere(WRONG)
            sent += 4
            time.sleep(0.1)
        while len(set().union(*(each.found() for each in running))) < sent:
            assert time.monotonic() < until, "messages are lost"
            time.sleep(0.1)
    finally:
        for each in running:
            each.end(signal.SIGINT)
    found = sum((each.found() for each in running), Counter())
    assert len(found) == sent  # nothing is lost
    for one, other in ((a, b) for a in running for b in running if a is not b):
        assert not one.found().keys() & other.found().keys()  # no message comes to two copies
    repeats = sum(found.values()) - sent
    paths = [str(path) for each in running for path in each.files]
    merged = flow.run(("iot", "diag", "tally", "merge"), *paths, "-o", "json")
    (summary,) = merged.messages
    assert (summary["errors"], summary["faulty"], summary["messages"]) == (sent, sent, sent)
    assert summary.get("repeated", 0) == repeats
    assert (summary["unended"], merged.code) == (copies * KILLS, 4)  # those that were killed, and no others


def test_ctrl_c_saves_no_place_beyond_what_was_shown(flow: Flow, tmp_path: Path) -> None:
    """The pipe is full, so that the copy has read more than it could show."""
    saved = tmp_path / "position.json"
    flow.send_everywhere(b"1")
    process = flow.start("--since", "1h", "--save-position", str(saved), "-o", "json")
    try:
        shown = [process.stdout.readline() for _ in range(4)]
        until = time.monotonic() + SECONDS
        while not saved.exists():
            assert time.monotonic() < until and process.poll() is None
            time.sleep(0.02)
        flow.send_everywhere(*[b'"%s"' % (b"x" * 200)] * 2_000)
        held = -1
        while held != (held := _held(process)) or not held:
            assert time.monotonic() < until
            time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        run = finished(process, SECONDS)
    finally:
        if process.poll() is None:
            process.kill()
    lines = [json.loads(line) for line in (*shown, *run.out.splitlines(keepends=True))]
    assert len(lines) < 8_004  # or nothing was held up
    last: dict[str, int] = {}
    for each in lines:  # none is lost between two, and none comes twice
        assert each["sequence"] == last.get(each["partition"], -1) + 1
        last[each["partition"]] = each["sequence"]
    for partition, place in json.loads(saved.read_bytes())["partitions"].items():
        assert place["sequence"] <= last[partition]


def _held(process: subprocess.Popen[bytes]) -> int:
    """How many bytes wait in the pipe to which a process writes."""
    assert process.stdout is not None
    return struct.unpack("i", fcntl.ioctl(process.stdout, termios.FIONREAD, b"\0" * 4))[0]
