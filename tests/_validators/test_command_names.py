"""What is recommended for a command that does not exist."""

from __future__ import annotations

import pytest

from azext_iotdiag._validators import command_names
from tests.plugins import az

NAMES = tuple(
    f"iot diag {name}"
    for name in ("check", "device list", "device show", "key test", "lab login", "monitor events", "monitor properties",
                 "simulate", "validate messages", "device assign-template")
)  # fmt: skip


@pytest.mark.parametrize(("typed", "meant"), [
    ("monitor-events", ["monitor events"]),
    ("moniter-events --hub-name hub", ["monitor events"]),
    ("MONITOR-EVENTS", ["monitor events"]),
    ("hub monitor-events", ["monitor events", "monitor properties"]),
    ("events", ["monitor events"]),
    ("validate-messages", ["validate messages"]),
    ("chekc-device pump", ["check", "device assign-template", "device list"]),
    ("check-device", ["check"]),
    ("doctor", ["check"]),
    ("login", ["lab login"]),
    ("assign-template", ["device assign-template"]),
    ("xyzzy", []),
    ("SharedAccessKey=c2VjcmV0", []),
    ("", []),
])  # fmt: skip
def test_what_is_meant(typed: str, meant: list[str]) -> None:
    said = command_names.recommendation(["iot", "diag", *typed.split()], NAMES)
    expected = f"Did you mean: {' or '.join(f'az iot diag {each}' for each in meant)}?"
    assert said == (expected if meant else "All commands: az iot diag --help")


@pytest.mark.parametrize(("typed", "said"), [
    ("monitor-events", "Did you mean: az iot diag monitor events?\n"),
    ("chekc", "Did you mean 'check' ?"),  # az's own words
    ("nothing-like-it", "All commands: az iot diag --help\n"),
])  # fmt: skip
def test_az_says_it(typed: str, said: str) -> None:
    run = az.az("iot", "diag", typed)
    assert run.code == 2 and said in run.err and run.err.count("Did you mean") <= 1


@pytest.mark.parametrize(("typed", "says"), [
    ("check device-1", True), ("monitor events hub --since 1h", True), ("check --device-id pump --sinse 1h", False),
])  # fmt: skip
def test_a_value_without_its_option(typed: str, says: bool) -> None:
    run = az.az("iot", "diag", *typed.split())
    assert run.code == 2 and "unrecognized arguments" in run.err
    assert ("A value follows the name of its option" in run.err) is says
