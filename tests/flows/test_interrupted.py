"""Every command that is ended by a signal before its work is done: exit code, words and clean-up.

The moment is known: a server that holds an answer says that the command waits for it, or a pipe stays open.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.flows.conftest import Flow
from tests.plugins import az

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")]
SECONDS = 60.0
SOON_SECONDS = 5.0  # on a machine with nothing else to do
KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
SERVICE = f"HostName=held.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey={KEY}"
DEVICE = f"HostName=held.azure-devices.net;DeviceId=device-1;SharedAccessKey={KEY}"


class Holding:
    """A server that takes connections and says nothing on them."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.waits = threading.Event()  # a client has connected and sent something
        self._held: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # it was closed
            while True:
                client, _ = self._socket.accept()
                self._held.append(client)
                if client.recv(1):
                    self.waits.set()

    def close(self) -> None:
        for each in (self._socket, *self._held):
            with contextlib.suppress(OSError):  # a client that has gone
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@pytest.fixture
def holding() -> Iterator[Holding]:
    server = Holding()
    yield server
    server.close()


def leading_to(holding: Holding) -> dict[str, str]:
    ports = (443, 5671, 8883)
    leads = ",".join(f"held.azure-devices.net:{port}=127.0.0.1:{holding.port}" for port in ports)
    return {"AZURE_IOTDIAG_CONNECT_TO": leads}


@contextlib.contextmanager
def started(*words: str, environment: dict[str, str] | None = None, **options) -> Iterator[subprocess.Popen]:
    """A command in a process of its own, which is gone afterwards."""
    process = az.start("iot", "diag", *words, environment=environment, **options)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None and not pipe.closed:
                with contextlib.suppress(BrokenPipeError):  # what was not written any more
                    pipe.close()


def soon() -> float:
    """SOON_SECONDS, and so many times as long as there are processes for each processor."""
    return SOON_SECONDS * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def ended(process: subprocess.Popen, number: signal.Signals, seconds: float | None = None) -> az.Run:
    """What came of a process that got a signal, within `seconds` or soon."""
    process.send_signal(number)
    begun = time.monotonic()
    out, err = process.communicate(timeout=SECONDS)
    assert time.monotonic() - begun < (seconds or soon()), "it took too long to end"
    run = az.Run(process.returncode, out or b"", err.decode())
    said = f"{run.out.decode()}{run.err}"
    assert "nothing is wrong" not in said and "Traceback" not in said and KEY not in said, said
    return run


class Row(NamedTuple):
    """A command that asks a service which does not answer, what it says in the end, and the signal that ends it."""

    text: str
    number: signal.Signals
    says: str = "Interrupted"


INT, TERM, HUP = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
LOGIN = "--login @{service}"
ROWS = (
    Row(f"check {LOGIN} -d device-1", TERM),
    Row(f"check {LOGIN} -d device-1", INT),
    Row(f"check {LOGIN} --quiet-since 12h", INT),
    Row(f"check {LOGIN} --quiet-since 12h", TERM),
    Row(f"report create {LOGIN} -d device-1 --to-file {{report}}", INT),
    Row(f"device show {LOGIN} -d device-1", TERM),
    Row(f"device list {LOGIN}", INT),
    Row(f"device summary {LOGIN}", TERM),
    Row("key test --cs @{device}", INT),
    Row(f"key test {LOGIN} --cs @{{device}}", HUP),
    Row(f"key renew {LOGIN} -d device-1 --key-type primary --yes", TERM),
    Row("simulate --cs @{device}", INT, "Interrupted: 0 sent, 0 acknowledged"),
    Row("simulate --cs @{device} --message-count 0", TERM, "Interrupted: 0 sent, 0 acknowledged"),
    Row("simulate --cs @{device} --misbehave silent", TERM, "Interrupted: 0 sent"),
    Row(f"simulate {LOGIN} --new-device", TERM, "Interrupted. If a temporary device is left"),
    Row(f"method ping {LOGIN} -d device-1", INT),
    Row(f"method ping {LOGIN} -d device-1 --method-name reboot", TERM),
    Row(f"twin test {LOGIN} -d device-1 --yes", INT, "Interrupted before anything was changed."),
    Row(f"twin test {LOGIN} -d device-1 --yes --property a=1", TERM, "Interrupted before anything was changed."),
    Row(f"monitor events {LOGIN}", TERM, "0 messages in "),
    Row(f"monitor events {LOGIN} -q @{{query}}", INT),
    Row(f"monitor properties {LOGIN} -d device-1", HUP, "0 changes in "),
    Row(f"validate messages {LOGIN} --model @{{model}}".replace("@{model}", "{model}"), TERM, "0 messages in "),
    Row(f"validate properties {LOGIN} -d device-1 --model {{model}}", INT),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("interrupted")
    model = {"@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:a;1", "@type": "Interface", "contents": [
        {"@type": "Telemetry", "name": "a", "schema": "double"},
    ]}  # fmt: skip
    texts = {"service": SERVICE, "device": DEVICE, "model": json.dumps(model), "query": "SELECT * FROM devices"}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {name: str(folder / name) for name in (*texts, "report")}


@pytest.mark.parametrize("row", ROWS, ids=[row.text for row in ROWS])
def test_a_command_that_waits_for_a_service(holding: Holding, files: dict[str, str], row: Row) -> None:
    words = row.text.format(**files).split()
    with started(*words, environment=leading_to(holding)) as process:
        assert holding.waits.wait(SECONDS), "nothing was asked"
        # The hub may have made a new device, which is then looked for.
        run = ended(process, row.number, seconds=SECONDS if "--new-device" in words else None)
    assert run.code == 130, run.err
    assert row.says in run.err, run.err


@pytest.mark.parametrize("number", [INT, TERM])
def test_while_az_logs_in(holding: Holding, tmp_path: Path, number: signal.Signals) -> None:
    """A managed identity's token is asked for at an address that the environment names."""
    profile = {
        "installationId": "0", "subscriptions": [{
            "id": "11111111-1111-1111-1111-111111111111", "name": "s", "state": "Enabled", "isDefault": True,
            "tenantId": "22222222-2222-2222-2222-222222222222", "environmentName": "AzureCloud",
            "homeTenantId": "22222222-2222-2222-2222-222222222222", "managedByTenants": [],
            "user": {"name": "systemAssignedIdentity", "type": "servicePrincipal", "assignedIdentityInfo": "MSI"},
        }],
    }  # fmt: skip
    (tmp_path / "azureProfile.json").write_text(json.dumps(profile), encoding="utf-8")
    environment = {
        "AZURE_CONFIG_DIR": str(tmp_path), "IDENTITY_ENDPOINT": f"http://127.0.0.1:{holding.port}/msi/token",
        "IDENTITY_HEADER": "x",
    }  # fmt: skip
    token = "SharedAccessSignature sr=held.azure-devices.net&sig=" + "A" * 43 + "%3D&se=4102444800&skn=service"
    with started("sas", "inspect", "--sas-token", token, "-n", "held", environment=environment) as process:
        assert holding.waits.wait(SECONDS), "no token was asked for"
        run = ended(process, number)
    assert run.code == 130 and "Interrupted" in run.err, run.err


PIPED = (
    ("validate messages --file - --model {model}", b'{"a":1}\n', TERM),
    ("template infer --file -", b'{"a":1}\n', INT),
    ("logs errors --file -", b'{"time":"2026-11-30T10:00:00Z","operationName":"deviceConnect","resultType":""}\n', INT),
    ("explain -", b"a line without a code\n", HUP),
    ("explain", b"a line without a code\n", TERM),
)


@pytest.mark.parametrize(("text", "line", "number"), PIPED, ids=[row[0] for row in PIPED])
def test_a_command_whose_input_goes_on(files: dict[str, str], text: str, line: bytes, number: signal.Signals) -> None:
    """What it did not read cannot be called right; a pipe takes more than it holds once somebody reads."""
    words = text.format(**files).split()
    with started(*words, stdin=subprocess.PIPE) as process:
        process.stdin.write(line * (1_000_000 // len(line)))
        process.stdin.flush()
        run = ended(process, number)
    assert run.code == 130 and "Interrupted" in run.err, run.err


def test_findings_outweigh_an_interrupt(files: dict[str, str]) -> None:
    words = ("validate", "messages", "--file", "-", "--model", files["model"])
    with started(*words, stdin=subprocess.PIPE) as process:
        process.stdin.write(b'{"a":"x"}\n{"a":1}\n')
        process.stdin.flush()
        assert b'"severity":"error"' in process.stdout.readline()
        run = ended(process, TERM)
    assert run.code == 4 and "Interrupted: not everything was read." in run.err, run.err


@pytest.mark.parametrize("number", [TERM, HUP])
def test_a_signal_ends_a_monitor_as_ctrl_c_does(flow: Flow, number: signal.Signals) -> None:
    flow.send(b'{"n":1}')
    with started("monitor", "events", "--since", "1h", environment=flow.environment) as process:
        assert b'"payload":{"n":1}' in process.stdout.readline()
        run = ended(process, number)
    assert run.code == 0 and "1 message in" in run.err and "Ended: Ctrl-C or a signal." in run.err


def test_the_user_ends_live_judging_without_a_finding(flow: Flow) -> None:
    flow.send(b'{"n":1}')
    words = ("validate", "messages", "--since", "1h", "--minimum-severity", "error")
    with started(*words, environment=flow.environment) as process:
        while b"Receiving from" not in (line := process.stderr.readline()):  # the lab knows its readers sooner
            assert line, "it ended by itself"
        run = ended(process, INT)
    assert run.code == 0 and "no error so far" in run.err, run.err


@pytest.mark.parametrize("number", [TERM, HUP])
def test_a_temporary_device_is_deleted(flow: Flow, number: signal.Signals) -> None:
    environment = flow.environment | {"AZURE_IOTDIAG_LOGIN": flow.strings["iothubowner"]}
    words = ("simulate", "--new-device", "--message-count", "100", "--message-interval", "0.2")
    before = flow.lab.call(lambda: set(flow.lab.state.hub.devices))
    with started(*words, environment=environment) as process:
        while b"Message " not in (line := process.stderr.readline()):
            assert line, "it ended by itself"
        run = ended(process, number)
    assert run.code == 130 and "Deleted the temporary device" in run.err, run.err
    assert json.loads(run.out)["ended"] == "interrupted"
    assert flow.lab.call(lambda: set(flow.lab.state.hub.devices)) == before


def test_a_message_without_an_answer_is_sent_and_not_acknowledged(flow: Flow) -> None:
    flow.lab.break_("puback-missing")
    (device,) = (each for name, each in flow.strings["devices"].items() if name == "device-1")
    environment = flow.environment | {"AZURE_IOTDIAG_CONNECTION_STRING": device}
    with started("simulate", environment=environment) as process:
        while b"Twin read" not in (line := process.stderr.readline()):
            assert line, "it ended by itself"
        run = ended(process, TERM)
    assert run.code == 130 and ", 0 acknowledged in" in run.err, run.err


def test_two_signals_end_it_at_once(holding: Holding, files: dict[str, str]) -> None:
    """The first asks for a clean-up, which here never ends: the hub does not answer. The second gives it up."""
    words = ("simulate", "--login", f"@{files['service']}", "--new-device")
    with started(*words, environment=leading_to(holding)) as process:
        assert holding.waits.wait(SECONDS)
        holding.waits.clear()
        process.send_signal(TERM)
        until = time.monotonic() + SECONDS
        while not holding.waits.wait(0.05) and process.poll() is None:  # a further request is held, too
            assert time.monotonic() < until
        run = ended(process, TERM)
    assert run.code == 130


def test_a_lab_in_the_foreground_ends_well(tmp_path: Path) -> None:
    """A lab that was ready has done what it was for; its user ends it."""
    with started("lab", "start", "--name", "interrupted-front", "-o", "json") as process:
        while process.stdout.readline() != b"}\n":
            assert process.poll() is None
        run = ended(process, TERM)
    assert run.code == 0, run.err
