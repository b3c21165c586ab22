"""`az iot diag explain`: names, logs from arguments and standard input, forms and exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from types import SimpleNamespace

import pytest

from azext_iotdiag.sessions import logs
from tests.plugins import az as process
from tests.plugins.az import Run, az

SECRET = "HostName=hub.azure-devices.net;DeviceId=d;SharedAccessKey=c2VjcmV0c2VjcmV0"


def explain(*arguments: str) -> Run:
    return az("iot", "diag", "explain", *arguments)


def piped(monkeypatch: pytest.MonkeyPatch, text: bytes, *arguments: str) -> Run:
    with tempfile.TemporaryFile() as log:
        log.write(text)
        log.seek(0)
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=log, isatty=lambda: False))
        return explain(*arguments)


def codes(run: Run) -> list[str]:
    assert run.code == 0, run.err
    return [entry["code"] for entry in json.loads(run.out)["entries"]]


def test_names() -> None:
    run = explain("401003", "linkcreationconflict")
    assert codes(run) == ["hub-401003", "hub-409002"]
    told = json.loads(run.out)
    assert told["version"] == 1 and told["entries"][0]["asked"] == ["401003"] and run.err == ""


def test_a_number_means_what_the_context_says() -> None:
    assert codes(explain("401", "--context", "dps")) == ["dps-401"]
    assert len(codes(explain("401"))) == 4


def test_a_piece_of_a_log_as_arguments() -> None:
    assert codes(explain("Connection", "Refused:", "not", "authorised.")) == ["device-refused"]
    assert codes(explain('{"errorCode":401003}')) == ["hub-401003"]


@pytest.mark.parametrize(
    ("arguments", "complaint", "advice"),
    [
        (["iothubunauthorised"], "iothubunauthorised: no such code is known.", "Did you mean IoTHubUnauthorized"),
        (["401999"], "401999: no such code is known.", "Did you mean 401"),
        (["404103", "--context", "dps"], "404103: not known in the context dps.", "--context hub"),
        (["qqqqqqq"], "qqqqqqq: no such code is known.", "az iot diag explain --list"),
    ],
)
def test_what_is_not_known_is_an_error_of_az(arguments: list[str], complaint: str, advice: str) -> None:
    run = explain(*arguments)
    assert run.code == 1 and run.out == b""
    assert complaint in run.err and advice in run.err


def test_a_secret_that_is_pasted_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    for run in (explain(SECRET), explain(f"{SECRET} ECONNREFUSED"), piped(monkeypatch, f"rc=5 {SECRET}\n".encode())):
        assert "c2VjcmV0" not in run.err and b"c2VjcmV0" not in run.out


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    run = piped(monkeypatch, "größe\nrc=5\nx ECONNREFUSED\nrc=5\n".encode())
    assert codes(run) == ["device-refused", "connection-refused"]
    told = json.loads(run.out)
    assert told["linesRead"] == 4
    assert (told["entries"][0]["count"], told["entries"][0]["lines"]) == (2, [2, 4])


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(piped(monkeypatch, b"ECONNREFUSED", "-")) == ["connection-refused"]
    assert codes(piped(monkeypatch, "ETIMEDOUT".encode("utf-16"), "-")) == ["server-unreachable"]


def test_a_log_without_codes_is_no_error_and_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    run = piped(monkeypatch, b"all is well\nyes\n")
    assert codes(run) == [] and run.err == "No known failure in 2 lines.\n"
    assert codes(piped(monkeypatch, b"", "-")) == []
    run = explain("all is well")
    assert codes(run) == [] and run.err == "No known failure in 1 line.\n"


def test_nothing_to_explain(monkeypatch: pytest.MonkeyPatch) -> None:
    run = piped(monkeypatch, b"")
    assert run.code == 1 and "no code was given" in run.err and "explain < device.log" in run.err
    monkeypatch.setattr(sys, "stdin", None)
    assert explain().code == 1


def test_list() -> None:
    run = explain("--list")
    assert run.code == 0
    listed = {each["code"] for each in json.loads(run.out)["codes"]}
    assert {"hub-401003", "dps-400209", "central-blocked", "token-refused", "nothing-came"} <= listed
    narrowed = {each["code"] for each in json.loads(explain("--list", "--context", "mqtt").out)["codes"]}
    assert {"device-refused", "mqtt-accepted", "mqtt-twin-429"} <= narrowed < listed
    assert not any(code.startswith(("hub-", "dps-", "central-")) for code in narrowed)


def test_table() -> None:
    out = explain("401003", "-o", "table").out.decode()
    assert out.splitlines()[0].split() == ["Code", "Name", "Title", "Retry"]
    assert "hub-401003" in out and "401003 IoTHubUnauthorized" in out


@pytest.mark.slow
def test_ten_thousand_codes_come_out_short() -> None:
    lines = "".join(f"errorCode: {401003 if number % 2 else 404104}\n" for number in range(10_000))
    running = process.start("iot", "diag", "explain", stdin=subprocess.PIPE)
    out, err = running.communicate(lines.encode(), timeout=process.SECONDS)
    told = json.loads(out)
    assert running.returncode == 0, err
    assert [each["count"] for each in told["entries"]] == [5000, 5000] and told["linesRead"] == 10_000
    assert len(out) < 20_000


def test_ctrl_c_tells_what_was_found_until_then(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_source):
        yield b"one\nETIMEDOUT\nthree\n"
        raise KeyboardInterrupt

    monkeypatch.setattr(logs, "blocks", interrupted)
    run = piped(monkeypatch, b"")
    assert run.code == 130 and "Interrupted after 3 lines: not everything" in run.err
    assert [entry["code"] for entry in json.loads(run.out)["entries"]] == ["server-unreachable"]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a POSIX signal")
def test_a_log_that_does_not_come_is_told_and_can_be_ended() -> None:
    running = process.start("iot", "diag", "explain", stdin=subprocess.PIPE)
    try:
        assert running.stderr is not None
        assert running.stderr.readline() == b"Waiting for a log on standard input ...\n"
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=process.SECONDS)
    finally:
        running.kill()
    assert running.returncode == 130 and out == b"" and b"Interrupted: the command did not finish." in err, err


LOADED = """
import io, sys
from azure.cli.core import get_default_cli
get_default_cli().invoke(sys.argv[1:], out_file=io.StringIO())
print(*sorted(name for name in sys.modules if name.startswith("azext_iotdiag")))
"""


@pytest.mark.slow
def test_one_code_loads_next_to_nothing(tmp_path) -> None:
    """What costs time at start-up is what is imported."""
    process.install()
    command = [sys.executable, "-c", LOADED, "iot", "diag", "explain", "401003"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=process.SECONDS, check=False)
    assert run.returncode == 0, run.stderr
    loaded = run.stdout.split()
    assert {name for name in loaded if name.startswith("azext_iotdiag.knowledge.")} == {
        "azext_iotdiag.knowledge.hub",
        "azext_iotdiag.knowledge.hub.unauthorized",
        "azext_iotdiag.knowledge.index",
        "azext_iotdiag.knowledge.lookup",
    }
    assert not {name.split(".")[1] for name in loaded if name.startswith("azext_iotdiag.")} & {
        "clients", "lab", "checks", "streams", "simulate", "_validators", "probes"
    }  # fmt: skip
