"""`twin test` against a lab: what the device answers, and a twin that is as it was whatever ends the command."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.tenant.roles import HUB_CONTRIBUTOR, HUB_READER
from azext_iotdiag.simulate import temporary
from tests.flows.conftest import Flow
from tests.flows.test_interrupted import ended, started
from tests.plugins import az as plugin
from tests.plugins.mqtt_lab import MqttLab
from tests.simulate.playing import playing

pytestmark = pytest.mark.slow
TEST = ("iot", "diag", "twin", "test")
BEFORE = {"interval": 60, "other": {"a": [1, "x"]}}
posix = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")


@pytest.fixture(autouse=True)
def twin_of_device(flow: Flow) -> None:
    flow.timing = {"answer_look": 0.05}
    flow.lab.call(twins.update, device(flow).twin, {"properties": {"desired": BEFORE}}, 0.0)


def device(flow: Flow, name: str = "device-1") -> Any:
    return flow.lab.state.hub.devices[name]


def desired(flow: Flow) -> dict[str, Any]:
    found: dict[str, Any] = flow.lab.call(lambda: dict(device(flow).twin.desired.values))
    return found


def run(flow: Flow, *arguments: str) -> tuple[plugin.Run, dict[str, Any]]:
    done = flow.run(TEST, "-d", "device-1", "--yes", *arguments)
    assert done.out, done.err
    told: dict[str, Any] = json.loads(done.out)
    assert told["verdict"]["exitCode"] == done.code and desired(flow) == BEFORE
    return done, told


def test_a_device_that_acknowledges(flow: Flow) -> None:
    with playing(MqttLab(flow.lab)) as played:
        done, told = run(flow, "--property", "interval=30")
    assert (done.code, told["answered"], told["answer"]) == (0, "acknowledged", 30)
    assert told["versions"] == {"before": 2, "changed": 3, "restored": 4} and told["restoring"] == "done"
    assert "in version 3 of the desired properties" in done.err and "second change" in done.err
    changes = [line for line in played.lines if line.startswith("Desired properties changed")]
    assert ['"interval": 30' in line for line in changes] == [True, False], "the device got both changes"


def test_a_probe_that_no_device_knows(flow: Flow) -> None:
    done, told = run(flow, "--timeout", "1")
    assert (done.code, told["verdict"]["state"], told["verdict"]["codes"]) == (
        5,
        "undetermined",
        ["desired-unanswered"],
    )
    assert told["property"] == "iotDiagProbe" and told["versions"]["restored"] == 4


def test_a_twin_that_no_longer_reports(flow: Flow) -> None:
    flow.lab.call(twins.report, device(flow).twin, {"interval": 60}, 0.0)
    done, told = run(flow, "--property", "interval=30", "--timeout", "1")
    assert (done.code, told["verdict"]["codes"]) == (4, ["desired-unanswered"])


def test_a_twin_that_reports_another_value(flow: Flow) -> None:
    """The program of the device rounds the value, as it is pushed to the device."""
    found: list[tuple[plugin.Run, dict[str, Any]]] = []

    def rounded(told: Any) -> None:
        if "interval" in told and told["interval"] != 60:
            twins.report(device(flow).twin, {"interval": 25}, time.time())

    with pushed_to(flow, rounded):
        found.append(run(flow, "--property", "interval=30"))
    ((done, told),) = found
    assert (done.code, told["verdict"]["codes"], told["answer"]) == (4, ["desired-different"], 25)


class pushed_to:  # reads as a function
    """A session of the device that hands desired changes to a function in the lab's thread."""

    def __init__(self, flow: Flow, take: Callable[[Any], None]):
        from azext_iotdiag.lab.hub import sessions

        self._flow, self._sessions = flow, sessions
        self._session = sessions.DeviceSession(device(flow), "mqtt", "here", lambda code, why: None, on_desired=take)

    def __enter__(self) -> None:
        self._flow.lab.call(self._sessions.connect, self._flow.lab.state.runtime, self._session)

    def __exit__(self, *_: object) -> None:
        self._flow.lab.call(self._sessions.leave, self._flow.lab.state.runtime, self._session)


def test_an_automatic_configuration_is_warned_of(flow: Flow) -> None:
    device(flow).configurations = ("winter",)
    done, told = run(flow, "--timeout", "1")
    assert told["configurations"] == ["winter"] and "automatic configurations apply to device-1: winter" in done.err


def test_a_module(flow: Flow) -> None:
    device(flow).modules["m"] = Device("device-1", new_key(), new_key(), module_id="m")
    done, told = run(flow, "-m", "m", "--timeout", "1")
    assert (done.code, told["module"], told["versions"]["before"]) == (5, "m", 1)


def test_an_identity_that_is_not_there(flow: Flow) -> None:
    done = flow.run(TEST, "-d", "Device-1", "--yes")
    assert (done.code, json.loads(done.out)["verdict"]["codes"]) == (4, ["device-unknown"])


def test_rights(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    command = ("twin", "test", "-d", "device-1", "--yes", "--timeout", "1")
    refused = run_as(command, role="Reader", data=(HUB_READER,))
    assert (refused.code, json.loads(refused.out)["verdict"]["codes"]) == (5, ["twin-read-only"])
    assert "IoT Hub Data Contributor" in refused.err and "twins/write" in refused.err
    allowed = run_as(command, role="Reader", data=(HUB_CONTRIBUTOR,))
    assert json.loads(allowed.out)["restoring"] == "done" and desired(flow) == BEFORE


def test_a_temporary_device_is_changed_without_a_question(flow: Flow) -> None:
    name = f"{temporary.PREFIX}1"
    flow.lab.state.hub.devices[name] = Device(name, new_key(), new_key())
    done = flow.run(TEST, "-d", name, "--timeout", "1")
    assert done.code == 5 and json.loads(done.out)["restoring"] == "done"


KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="


@pytest.mark.parametrize(("arguments", "says"), [
    (("-d", "d"), "Add --yes"),
    (("--yes",), "Which device?"),
    (("-d", "d", "--yes", "-m", "$edgeAgent"), "the deployment of IoT Edge"),
    (("-d", "d", "--yes", "-m", "$edgeHub"), "the deployment of IoT Edge"),
    (("-d", "d", "--yes", "--property", "a"), "--property NAME=VALUE"),
    (("-d", "d", "--yes", "--property", "a.b=1"), "cannot be the name"),
    (("-d", "d", "--yes", "--property", "=1"), "cannot be the name"),
    (("-d", "d", "--yes", "--property", '$version=1'), "cannot be the name"),
    (("-d", "d", "--yes", "--property", 'a={"b c": 1}'), "cannot be the name"),
    (("-d", "d", "--yes", "--property", "a=null"), "null would remove"),
    (("-d", "d", "--yes", "--property", "a=[null]"), "null would remove"),
    (("-d", "d", "--yes", "--timeout", "0"), "--timeout is 0"),
])  # fmt: skip
def test_what_is_typed_wrong(arguments: tuple[str, ...], says: str) -> None:
    string = f"HostName=nowhere.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey={KEY}"
    done = plugin.az(*TEST, *arguments, environment={"AZURE_IOTDIAG_LOGIN": string})
    assert done.code == 1 and says in done.err, done.err


def begun(process: Any) -> None:
    """Wait until the change was made."""
    while b"Waiting for the answer" not in (line := process.stderr.readline()):
        assert line, "it ended by itself"


WORDS = ("twin", "test", "-d", "device-1", "--property", "interval=30", "--yes", "--timeout", "60")


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_restores_at_once(flow: Flow, tmp_path: Path, number: signal.Signals) -> None:
    environment = flow.environment | {"AZURE_CONFIG_DIR": str(tmp_path / "az")}
    with started(*WORDS, environment=environment) as process:
        begun(process)
        assert desired(flow)["interval"] == 30
        done = ended(process, number)
    assert done.code == 130 and "Interrupted." in done.err and "Restored interval of device-1" in done.err, done.err
    assert desired(flow) == BEFORE and not notes(tmp_path)
    assert json.loads(done.out)["restoring"] == "done"


def notes(path: Path) -> list[Path]:
    return list((path / "az" / "iot-diag" / "changed-twins").glob("*"))


NEXT = (
    "device show -d device-1",
    "check -d device-1 --only admission",
    "method ping -d device-2",
    "monitor events --duration 1",
    "twin test -d device-2 --yes --timeout 1",
)


@posix
@pytest.mark.parametrize("following", NEXT)
def test_after_a_kill_the_next_command_restores(flow: Flow, tmp_path: Path, following: str) -> None:
    environment = flow.environment | {"AZURE_CONFIG_DIR": str(tmp_path / "az")}
    with started(*WORDS, environment=environment) as process:
        begun(process)
        process.kill()
        process.wait()
    assert desired(flow)["interval"] == 30
    (note,) = [path for path in notes(tmp_path) if path.suffix == ".json"]
    text = note.read_text()
    assert not [secret for secret in flow.secrets if secret in text] and note.stat().st_mode & 0o777 == 0o600
    with started(*following.split(), environment=environment) as process:
        _, err = process.communicate(timeout=60)
    assert b"Restored interval of device-1, which a killed test had changed." in err, err
    assert desired(flow) == BEFORE and not notes(tmp_path)


@posix
def test_a_next_command_that_may_not_write_says_so(flow: Flow, tmp_path: Path) -> None:
    environment = flow.environment | {"AZURE_CONFIG_DIR": str(tmp_path / "az")}
    with started(*WORDS, environment=environment) as process:
        begun(process)
        process.kill()
        process.wait()
    key = flow.lab.state.hub.policies["registryRead"].primary.reveal()
    string = f"HostName={flow.lab.state.hub.host};SharedAccessKeyName=registryRead;SharedAccessKey={key}"
    with started(
        "device", "show", "-d", "device-1", environment=environment | {"AZURE_IOTDIAG_LOGIN": string}
    ) as other:
        _, err = other.communicate(timeout=60)
    assert b"did not let it be restored" in err and desired(flow)["interval"] == 30 and notes(tmp_path)


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_at_a_random_moment(flow: Flow, tmp_path: Path, number: signal.Signals) -> None:
    """Whatever it hits, the twin is as it was at once, or after the next command."""
    environment = flow.environment | {"AZURE_CONFIG_DIR": str(tmp_path / "az")}
    dice = random.Random(number)
    for _ in range(8 if os.environ.get("IOTDIAG_SIEGE") else 3):
        with started(*WORDS, environment=environment) as process:
            while b"Reading the twin" not in (line := process.stderr.readline()):
                assert line, "it ended by itself"
            time.sleep(dice.uniform(0, 0.1))  # the moment is what is tested; nothing is waited for
            process.send_signal(number)
            process.communicate(timeout=60)
        if number == signal.SIGTERM:
            assert desired(flow) == BEFORE
        with started("device", "show", "-d", "device-1", environment=environment) as process:
            process.communicate(timeout=60)
        assert desired(flow) == BEFORE and not [path for path in notes(tmp_path) if path.suffix == ".json"]


def test_a_question_on_a_terminal(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    from azext_iotdiag._validators import agreement

    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for answer, code in (("n", 1), ("y", 0)):
        monkeypatch.setattr(agreement, "prompt_y_n", lambda text, answer=answer: asked.append(text) or answer == "y")
        with playing(MqttLab(flow.lab)):
            done = flow.run(TEST, "-d", "device-1", "--property", "interval=30")
        assert done.code == code, done.err
        assert desired(flow) == BEFORE
    assert "Set the desired property interval of device-1" in asked[0] and "to 30" in asked[0]
