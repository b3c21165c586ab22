"""The forms of one result: for a person anywhere, in a pipeline's log, as rows; by az itself, without any service."""

from __future__ import annotations

import json

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.model.target import Secret
from tests.plugins import az

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
DEVICE = f"HostName=hub-1.azure-devices.net;DeviceId=d-1;SharedAccessKey={KEY}"
ENDED = sas.sign("hub-1.azure-devices.net/devices/d-1", sas.iothub_key(Secret(KEY).reveal()), 1_700_000_000, "")
COLOURS = {"AZURE_CORE_NO_COLOR": "no"}  # the tests' own setting is yes


def inspect(*options: str, **how) -> az.Run:
    return az.az("iot", "diag", "sas", "inspect", "--sas-token", ENDED, *options, **how)


def test_the_readable_form_in_a_pipe_by_one_option() -> None:
    run = inspect("--plain")
    lines = run.out.decode().splitlines()
    assert run.code == 4 and lines[0] == "× The token has expired [sas-expired]"
    assert "\x1b" not in run.out.decode()
    assert max(map(len, az.az("iot", "diag", "explain", "401003", "--plain").out.decode().splitlines())) > 120


def test_a_terminal_shows_the_same_lines_wrapped_and_with_colours() -> None:
    run = inspect(terminal=True, environment={"COLUMNS": "60", "NO_COLOR": "", "TERM": "xterm", **COLOURS})
    lines = run.out.decode().splitlines()
    assert lines[0].startswith("\x1b[31m×\x1b[0m ")
    assert all(len(line) <= 60 + len("\x1b[31m\x1b[0m") for line in lines)
    plain = inspect("--plain").out.decode()
    assert "".join(run.out.decode().replace("\x1b[31m", "").replace("\x1b[0m", "").split()) == "".join(plain.split())
    for quiet in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"AZURE_CORE_NO_COLOR": "yes"}):
        assert "\x1b" not in inspect(terminal=True, environment={"NO_COLOR": "", **COLOURS, **quiet}).out.decode()


@pytest.mark.parametrize("options", [("-o", "json"), ("--output", "table"), ("--query", "verdict")])
def test_two_forms_are_refused(options: tuple[str, ...]) -> None:
    run = inspect("--plain", *options)
    assert run.code == 1 and f"--plain and {options[0]} ask for different forms" in run.err and run.out == b""


def test_the_option_is_over_with_its_command() -> None:
    assert inspect("--plain").out.startswith("×".encode())
    assert json.loads(inspect().out)["verdict"]["state"] == "broken"


def test_rows_hold_the_verdict() -> None:
    _, _, first, *_ = inspect("-o", "table").out.decode().splitlines()
    assert first.split()[:3] == ["verdict", "broken", "sas-expired"]
    rows = [line.split("\t") for line in inspect("-o", "tsv").out.decode().splitlines()]
    assert rows[0][:2] == ["verdict", "broken"] and {len(row) for row in rows} == {4}
    assert {row[0] for row in rows} >= {"verdict", "token-is-whole", "token-is-current", "next"}
    assert inspect("-o", "tsv", "--query", "verdict.state").out == b"broken\n"


def test_a_pipelines_log_gets_the_readable_form_beside_the_data() -> None:
    run = inspect(environment={"TF_BUILD": "True"})
    assert json.loads(run.out)["verdict"]["exitCode"] == run.code == 4
    assert run.err.splitlines()[0].startswith("× ")
    made = az.az("iot", "diag", "sas", "create", "--cs", DEVICE, environment={"TF_BUILD": "True"})
    assert "SharedAccessSignature" in made.out.decode() and "SharedAccessSignature" not in made.err
    readable = inspect("--plain", environment={"TF_BUILD": "True"})
    assert readable.err == "" and readable.out.startswith("×".encode())


def test_only_errors_are_shown_where_az_is_asked_for_that() -> None:
    text = "nothing is in this text"
    assert "No known failure in 1 line." in az.az("iot", "diag", "explain", f"{text}\n").err
    assert az.az("iot", "diag", "explain", f"{text}\n", "--only-show-errors").err == ""
