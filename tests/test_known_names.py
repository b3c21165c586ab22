"""Each option of azure-iot's commands of this kind works here, or says what to use.

The names are those that azure-iot 0.25 and later document for these commands.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from azext_iotdiag import commands
from tests.plugins import az

HUB = ("-n", "hub")
APP = ("--app-id", "app")
DEVICE = ("-d", "pump")


class Row(NamedTuple):
    """The command here that does what one of azure-iot does, the arguments it needs, and the options with a value."""

    command: str
    needs: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]


READING = (
    ("--consumer-group", "c"), ("--cg", "c"), ("-c", "c"), ("--timeout", "1"), ("--to", "1"), ("-t", "1"),
    ("--enqueued-time", "1700000000000"), ("--et", "1700000000000"), ("-e", "1700000000000"), ("--yes",), ("-y",),
    ("--repair",), ("-r",), ("--properties", "all"), ("--props", "SYS", "app"), ("-p", "anno"),
    ("--device-id", "pump*"), ("-d", "pump"), ("--module-id", "m"),
)  # fmt: skip
OF_HUB = (
    ("--hub-name", "hub"), ("-n", "hub"), ("--resource-group", "g"), ("-g", "g"), ("--interface", "dtmi:a:b;1"),
    ("-i", "dtmi:a:b;1"), ("--device-query", "SELECT * FROM devices"), ("-q", "SELECT * FROM devices"),
    ("--content-type", "application/json"), ("--ct", "text/plain"), ("--message-count", "1"), ("--mc", "1"),
    ("--transport", "amqp_ws"), ("--auth-type", "key"), ("-m", "m"),
)  # fmt: skip
OF_CENTRAL = (("--token", "t"), ("--central-dns-suffix", "x.com"), ("--central-api-uri", "x.com"))
JUDGING = (
    ("--max-messages", "1"), ("--mm", "1"), ("--duration", "1"), ("--dr", "1"), ("--minimum-severity", "warning"),
    ("--min-severity", "error"), ("--style", "csv"), ("-m", "sensor"),
)  # fmt: skip
SEVERITY = (("--minimum-severity", "warning"), ("--min-severity", "warning"))
ROWS = (
    Row("monitor events", HUB, (*READING, *OF_HUB)),
    Row("monitor events", APP, (*READING, *OF_CENTRAL, ("-m", "m"))),
    Row("validate messages", APP, (*READING, *OF_CENTRAL, *JUDGING)),
    Row("monitor properties", (*APP, *DEVICE), OF_CENTRAL),
    Row("validate properties", (*APP, *DEVICE), (*OF_CENTRAL, *SEVERITY)),
    Row("device summary", APP, OF_CENTRAL),
    Row("device show", DEVICE, (("-n", "hub"), ("-g", "g"), ("--auth-type", "login"), *OF_CENTRAL)),
    Row("device list", HUB, (("--top", "5"), ("--edge-enabled",), ("--ee",), ("-g", "g"), ("--auth-type", "key"))),
)
CASES = [(row.command, row.needs, option) for row in ROWS for option in row.options]
# What azure-iot takes and has no meaning here, with a word of what is said in its place.
SAYS = {
    ("validate messages", "--style"): "-o tsv in the place of csv",
    ("validate messages", "-m"): "For a module of a device, write --module-id",
    ("validate messages", "--properties"): "--properties has no effect: findings name the message",
    ("validate messages", "--yes"): "--yes has no effect: nothing is asked",
    ("validate messages", "--repair"): "--repair has no effect",
    ("device list", "--top"): "head -n 10",
    ("device list", "--edge-enabled"): "capabilities.iotEdge",
}


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command ends where its arguments were judged, before anything is asked."""
    judge = commands._judge_shared

    def judged(cmd: object, namespace: object) -> None:
        judge(cmd, namespace)
        raise SystemExit(77)

    monkeypatch.setattr(commands, "_judge_shared", judged)


@pytest.mark.parametrize(("command", "needs", "option"), CASES)
def test_az_knows_it(command: str, needs: tuple[str, ...], option: tuple[str, ...]) -> None:
    run = az.az("iot", "diag", *command.split(), *(() if option[0] in needs else needs), *option)
    assert run.code != 2, run.err  # the parser of az knows the name and takes the value
    refused = run.code == 1 and "is an option of azure-iot" in run.err  # and what to use, see below
    assert run.code == 77 or refused, run.err


@pytest.mark.parametrize(("command", "option"), SAYS)
def test_what_to_use_is_said(command: str, option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    row = next(row for row in ROWS if row.command == command)
    words = next(each for each in row.options if each[0] == option)
    run = az.az("iot", "diag", *command.split(), *row.needs, *words)
    assert SAYS[command, option] in " ".join(run.err.split()), run.err


@pytest.mark.parametrize("name", ["plant.azureiotcentral.com", "https://plant.azureiotcentral.com/"])
def test_the_address_of_an_application(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    run = az.az("iot", "diag", "monitor", "events", "-n", name)
    assert run.code == 1 and "Use --app-id plant" in run.err
