"""Judging what arrives: messages per CPU second against azure-eventhub with the same rules, and if memory grows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import labs
import process
import template
from figure import Figure

COUNT = 40_000
# A client fetches more than it judges; with so much more in the lab it does so at any count, and that cancels out.
SPARE = 20_000
ROUNDS = 3
BAR = 2.5
HERE = Path(__file__).parent
FAULTY = 4  # the exit code where messages were wrong

FEW, MANY = 100_000, 1_000_000
DEVICES = 1000
MOST_MB = 5.0
LAB = "bench-live-validation"
# Of what such a lab's messages hold one field is missing, so that each message has a finding that must be counted.
PART = {
    "@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:part;1", "@type": "Interface",
    "contents": [
        {"@type": "Telemetry", "name": "number", "schema": "integer"},
        {"@type": "Telemetry", "name": "temperature", "schema": "double"},
    ],
}  # fmt: skip


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """The figures of both."""
    return [*speed(folder, environment), *memory(folder, environment)]


def speed(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Run each in turns with one message and with many: the difference is what the messages cost.

    The rules alone are run, too: what they take no way of receiving can save.
    """
    model = written(folder / "template.json", template.MODEL)
    with labs.lab(folder, environment, "mixed", str(COUNT + SPARE)) as described:
        own = os.path.join(environment["AZURE_EXTENSION_DIR"], "iot-diag")
        with_lab = {**labs.environment_of(described, environment), "PYTHONPATH": own}
        check(folder, with_lab, model)
        ways = {"validate": validate, "bare": bare, "rules": rules_alone}
        took: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, command in ways.items():
                one = process.run(command(1, model), folder, with_lab, ends=(0, FAULTY))
                many = process.run(command(COUNT, model), folder, with_lab, ends=(0, FAULTY))
                took[name].append((many.cpu - one.cpu) / (COUNT - 1) * 1e6)
    ours, other, rules = (median(took[name]) for name in ways)
    pairs = [plain / mine for mine, plain in zip(took["validate"], took["bare"], strict=True)]
    what = f"messages judged per CPU second (round by round {min(pairs):.2f} to {max(pairs):.2f})"
    rest = f"µs of CPU for a message beside the {rules:.1f} of reading and judging it"
    return [
        Figure(what, f"{1e6 / ours:,.0f}", f"{1e6 / other:,.0f}", other / ours, BAR, more=True),
        Figure(rest, f"{ours - rules:.1f}", f"{other - rules:.1f}", (other - rules) / (ours - rules)),
    ]


def validate(count: int, model: str) -> list[str]:
    """The command that is measured."""
    words = ("--model", model, "--since", "6d", "--max-messages", str(count), "-o", "json")
    return process.az("iot", "diag", "validate", "messages", *words)


def bare(count: int, model: str) -> list[str]:
    """What it is held against."""
    return [sys.executable, str(HERE / "bare_validation.py"), str(count), model]


def rules_alone(count: int, model: str) -> list[str]:
    """What both have to do."""
    return [sys.executable, str(HERE / "rules_alone.py"), str(count), model]


def check(folder: Path, environment: Mapping[str, str], model: str) -> None:
    """Make sure that both find the same in all messages, before any time is taken. Raises SystemExit."""
    ours: Counter[str] = Counter()
    lines = _output(validate(COUNT + SPARE, model), folder, environment, FAULTY).splitlines()
    ours.update(found["code"] for found in map(json.loads, lines[:-1]))
    other = json.loads(_output(bare(COUNT + SPARE, model), folder, environment, 0))
    faulty = (COUNT + SPARE) // template.MESSAGES * template.FAULTY
    if ours != other or ours.total() != faulty or len(ours) < 3:
        raise SystemExit(f"validate messages found {dict(ours)}, the plain program {other}, and {faulty} were wrong.")


def memory(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """The most that the process held, once with few and once with many messages."""
    model = written(folder / "part.json", PART)
    start = ("lab", "start", "--name", LAB, "--detach", "--device-count", str(DEVICES), "--flood", str(MANY))
    started = _output(process.az("iot", "diag", *start, "-o", "json"), folder, environment, 0)
    try:
        with_lab = labs.environment_of(json.loads(started), environment)
        few, many = (peak(folder, with_lab, count, model) for count in (FEW, MANY))
    finally:
        process.run(process.az("iot", "diag", "lab", "stop", "--name", LAB), folder, environment)
    return [
        Figure(f"memory of validate messages at {FEW:,} and {MANY:,}, MB", f"{few:.1f}, {many:.1f}", "-", many),
        Figure(f"its growth in between, of {DEVICES:,} devices, MB", f"{many - few:.2f}", "-", many - few, MOST_MB),
    ]


def peak(folder: Path, environment: Mapping[str, str], count: int, model: str) -> float:
    """Judge so many messages and give the peak of the resident memory, in MB. Raises SystemExit unless all counted."""
    seen, last = 0, b"{}"
    with (folder / "stderr.txt").open("w+b") as said:
        judging = subprocess.Popen(
            validate(count, model), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, cwd=folder,
            env=dict(environment),
        )  # fmt: skip
        try:
            assert judging.stdout is not None
            for line in judging.stdout:
                seen, last = seen + 1, line
            _, status, usage = os.wait4(judging.pid, 0)
            judging.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if judging.returncode is None:
                judging.kill()
                judging.wait()
    summary: dict[str, Any] = json.loads(last)
    told = (summary.get("messages"), summary.get("devices"), summary.get("warnings"), judging.returncode)
    if told != (count, DEVICES, count, 0) or seen != count + 1:
        raise SystemExit(f"validate messages found {seen - 1:,} faults, and says of them: {last[:1000]!r}")
    return process.peak_megabytes(usage)


def written(path: Path, model: dict[str, Any]) -> str:
    """The path of a model as a file."""
    path.write_text(json.dumps(model), "utf-8")
    return str(path)


def _output(command: list[str], folder: Path, environment: Mapping[str, str], code: int) -> bytes:
    """What a command prints. Raises SystemExit unless it ends with that code."""
    ran = subprocess.run(
        command, capture_output=True, cwd=folder, env=dict(environment), timeout=process.PATIENCE_SECONDS, check=False
    )
    if ran.returncode != code:
        said = ran.stderr.decode("utf-8", "replace")[-2000:]
        raise SystemExit(f"{' '.join(command)} ended with {ran.returncode}:\n{said}")
    return ran.stdout
