"""A shell whose lab has ended, or was restarted, says so in every command."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from azext_iotdiag import lab_shell
from azext_iotdiag.lab.process import folder
from azext_iotdiag.model import facts_json
from azext_iotdiag.model.facts import typed
from tests.plugins import az
from tests.plugins.lab_fixture import open_lab


@pytest.fixture
def left(tmp_path: Path) -> dict[str, str]:
    """The environment that a lab leaves in a shell."""
    with open_lab(tmp_path) as lab:
        environment = lab.description["environment"]
        assert lab_shell.gone(environment) is None
        return environment


def test_it_has_ended(left: dict[str, str]) -> None:
    assert lab_shell.gone(left) == ("lab", "has ended")
    without = {name: value for name, value in left.items() if name != lab_shell.LAB}
    assert lab_shell.gone(without) == ("lab", "has ended")


def test_another_has_its_name(left: dict[str, str], tmp_path: Path) -> None:
    with open_lab(tmp_path) as lab:
        assert lab_shell.gone(left) == ("lab", "was restarted")
        assert lab_shell.gone({name: text for name, text in left.items() if name != lab_shell.LAB}) == (
            "lab", "was restarted",
        )  # fmt: skip
        assert lab_shell.gone(lab.description["environment"]) is None


def test_it_was_killed(left: dict[str, str], tmp_path: Path) -> None:
    """A lab that was killed leaves its file, and nothing listens."""
    with open_lab(tmp_path) as lab:
        runtime = (folder.labs_of(tmp_path) / "lab" / folder.RUNTIME).read_bytes()
        left = lab.description["environment"]
    (folder.labs_of(tmp_path) / "lab" / folder.RUNTIME).write_bytes(runtime)
    assert lab_shell.gone(left) == ("lab", "has ended")


@pytest.mark.parametrize("environment", [{}, {"AZURE_IOTDIAG_CONNECT_TO": "h:1=127.0.0.1:2"}, {lab_shell.LAB: "x#y"}])
def test_a_shell_without_a_lab(environment: dict[str, str]) -> None:
    assert lab_shell.gone(environment) is None


LOGIN = ("--login", "HostName=lab-hub.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey=a2V5")


@pytest.mark.parametrize("command", [
    ("monitor", "events", *LOGIN), ("device", "show", "-d", "d", *LOGIN), ("monitor", "events", "-n", "lab-hub"),
    ("simulate", "-d", "d", *LOGIN), ("key", "test", "-d", "d", *LOGIN), ("validate", "messages", *LOGIN),
])  # fmt: skip
def test_a_command_says_so_first(left: dict[str, str], command: tuple[str, ...]) -> None:
    run = az.az("iot", "diag", *command, environment=left)
    assert run.code == 1 and run.out == b""
    assert run.err.splitlines()[0] == "ERROR: This shell leads to the lab 'lab', which has ended."
    assert "az iot diag lab start --name lab --detach" in run.err


@pytest.mark.parametrize("command", [("explain", "401003"), ("lab", "faults")])
def test_a_command_that_needs_no_lab_warns(left: dict[str, str], command: tuple[str, ...]) -> None:
    run = az.az("iot", "diag", *command, "-o", "json", environment=left)
    assert run.code == 0 and json.loads(run.out)
    assert "WARNING: This shell leads to the lab 'lab', which has ended." in run.err


@pytest.mark.parametrize(("command", "code"), [
    (("check", "--facts", "{facts}"), 0),
    (("check", "--facts", "{facts}", "--device-id", "pump-7"), 0),
    (("check", "--list"), 0),
    (("network", "test", "--host", "h.azure-devices.net", "--script", "sh"), 0),
    (("check", "--facts", "{facts}", "--hub-name", "lab-hub"), 1),
    (("check", "--host", "h.azure-devices.net"), 1),
])  # fmt: skip
def test_a_command_runs_where_it_asks_no_service(
    left: dict[str, str], tmp_path: Path, command: tuple[str, ...], code: int
) -> None:
    facts = tmp_path / "facts.json"
    now = typed(1_700_000_000.0, datetime(2023, 11, 14, tzinfo=timezone.utc))
    facts.write_text(json.dumps(facts_json.dump({"now": now}, "1.0.0")), encoding="utf-8")
    run = az.az("iot", "diag", *(each.format(facts=facts) for each in command), environment=left)
    said = "ERROR" if code else "WARNING"
    assert run.code == code and f"{said}: This shell leads to the lab 'lab', which has ended." in run.err
    assert bool(run.out) == (code == 0)
