"""`method ping` against a lab: a device that answers, is away, has no handler, hangs, or leaves during the call."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.lab.faults.table import METHOD_HANDLER_MISSING
from azext_iotdiag.lab.hub import methods, sessions
from azext_iotdiag.lab.hub.session import MethodCall
from azext_iotdiag.lab.tenant.roles import HUB_CONTRIBUTOR, HUB_READER
from azext_iotdiag.simulate.device import DeviceConnection, Way, connect
from azext_iotdiag.simulate.sign_in import sign_in
from azext_iotdiag.simulate.twin_and_methods import METHODS, Answers, Reply
from tests.flows.conftest import Flow
from tests.plugins import az as plugin
from tests.plugins.mqtt_lab import MqttLab
from tests.simulate.playing import playing

pytestmark = pytest.mark.slow
PING = ("iot", "diag", "method", "ping")
ANSWERS = Answers({"reboot": Reply(200, {"done": True}), "fail": Reply(500, "broken")}, Reply(501, None))


def ping(flow: Flow, *arguments: str) -> tuple[plugin.Run, dict[str, Any]]:
    done = flow.run(PING, "-d", "device-1", *arguments)
    assert done.out, done.err
    told: dict[str, Any] = json.loads(done.out)
    assert told["verdict"]["exitCode"] == done.code
    return done, told


@contextlib.contextmanager
def taking(flow: Flow, called: Callable[[DeviceConnection], None]) -> Iterator[None]:
    """A device that has subscribed to methods, and does this when one is called."""
    lab = MqttLab(flow.lab)
    device = DeviceConnectionString(lab.host, "device-1", key=lab.device().primary)
    way = Way(lab.trust, lab.address_for, connecting=2.0, step=2.0)
    connection = connect(device, sign_in(device, time.time()), way)
    came, over = threading.Event(), threading.Event()
    connection.on_message = lambda topic, payload: came.set() if topic.startswith(METHODS) else None
    connection.subscribe([f"{METHODS}#"])

    def attend() -> None:
        while not over.is_set() and not connection.lost:
            connection.wait(0.02)
            if came.is_set():
                came.clear()
                called(connection)

    thread = threading.Thread(target=attend)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(10)
        connection.close()


def test_a_device_that_answers(flow: Flow) -> None:
    with playing(MqttLab(flow.lab), answers=ANSWERS):
        done, told = ping(flow)
        assert (done.code, told["httpStatus"], told["status"], told["method"]) == (0, 200, 501, "iotDiagPing")
        assert 0 < told["seconds"]["connect"] < 5 and 0 < told["seconds"]["answer"] < 5
        done, told = ping(flow, "--method-name", "reboot", "--method-payload", '{"in": 5}')
        assert (done.code, told["status"], told["payload"]) == (0, 200, {"done": True})
        done, told = ping(flow, "--method-name", "fail")
        assert (done.code, told["status"], told["verdict"]["codes"]) == (4, 500, ["method-status-error"])
        assert "identity" not in done.err and "Looking at" not in done.err


def test_a_device_that_is_away(flow: Flow) -> None:
    done, told = ping(flow)
    assert (done.code, told["httpStatus"], told["verdict"]["codes"]) == (4, 404, ["hub-404103"])
    assert told["message"] == "Timed out waiting for device to connect."
    shown = flow.run(PING, "-d", "device-1", "--plain").out.decode()
    assert "The device is not connected." in shown and "no method handler" not in shown


def test_a_device_that_sends_and_has_no_handler(flow: Flow) -> None:
    """Fresh telemetry of a device that is shown as connected rules out that it is away."""
    flow.lab.break_(METHOD_HANDLER_MISSING.name)
    with playing(MqttLab(flow.lab)):
        flow.send(b'{"a":1}')
        shown = flow.run(PING, "-d", "device-1", "--plain")
    text = shown.out.decode()
    assert shown.code == 4 and "[hub-404103]" in text
    assert "The device is not connected." not in text and "uses HTTPS" not in text
    assert all(words in text for words in ("no method handler", "api-version", "AMQP"))


def test_a_device_that_comes_in_time(flow: Flow) -> None:
    found: list[plugin.Run] = []
    waiting = threading.Thread(target=lambda: found.append(ping(flow, "--connect-timeout", "30")[0]))
    waiting.start()
    flow.wait_for(lambda: bool(flow.lab.state.runtime.waiters), "the call")
    with playing(MqttLab(flow.lab), answers=ANSWERS):
        waiting.join(20)
    assert [each.code for each in found] == [0]


def test_a_device_that_leaves_during_the_call(flow: Flow) -> None:
    with taking(flow, lambda connection: connection.close()):
        done, told = ping(flow)
    assert (done.code, told["verdict"]["codes"], told["message"]) == (4, ["hub-404104"], "Device unavailable")


def test_a_device_that_sends_the_zero_of_a_c_string(flow: Flow) -> None:
    """Once called the answer of a proxy. Azure/azure-iot-sdk-c issue 1641."""
    lab = flow.lab
    device = lab.state.hub.devices["device-1"]

    def answer(call: MethodCall) -> None:
        methods.answer(lab.runtime, device, call.call_id, 200, b'{"done": true}\0')

    made = sessions.DeviceSession(device, "mqtt", "here", lambda *_: None, on_method=answer)
    lab.call(sessions.connect, lab.runtime, made)
    done, told = ping(flow)
    assert (done.code, told["httpStatus"], told["status"]) == (4, 200, 200)
    assert told["verdict"]["codes"] == ["method-answer-malformed"] and told["payload"] == '{"done": true}\0'
    shown = flow.run(PING, "-d", "device-1", "--plain")
    assert "it ends with a byte of zero" in shown.out.decode() and "\0" not in shown.out.decode()


def test_a_device_that_never_answers(flow: Flow) -> None:
    calls: list[Any] = []
    with taking(flow, calls.append):
        done, told = ping(flow, "--timeout", "5")
    assert (done.code, told["httpStatus"], told["verdict"]["codes"]) == (4, 504, ["hub-504101"])
    assert told["seconds"]["answer"] >= 5 and len(calls) == 1, "it is called once"


@pytest.mark.parametrize(("arguments", "code"), [
    (("-d", "Device-1"), "device-unknown"), (("-d", "device-1", "-m", "m"), "hub-404010"),
])  # fmt: skip
def test_an_identity_that_is_not_there(flow: Flow, arguments: tuple[str, ...], code: str) -> None:
    done = flow.run(PING, *arguments)
    told = json.loads(done.out)
    assert (done.code, told["httpStatus"], told["verdict"]["codes"]) == (4, 404, [code])


def test_a_disabled_device(flow: Flow) -> None:
    flow.lab.call(setattr, flow.lab.state.hub.devices["device-1"], "status", "disabled")
    done, told = ping(flow)
    assert (done.code, told["verdict"]["codes"]) == (4, ["device-disabled"])


def test_rights(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    """A key where the login may list keys; else the role for it is named, and the device stays undecided."""
    command = ("method", "ping", "-d", "device-1")
    with playing(MqttLab(flow.lab), answers=ANSWERS):
        assert run_as(command).code == 0
        allowed = run_as(command, role="Reader", data=(HUB_CONTRIBUTOR,))
    assert allowed.code == 0 and json.loads(allowed.out)["status"] == 501


def test_a_reader_may_not_call(flow: Flow, run_as: Callable[..., plugin.Run]) -> None:
    done = run_as(("method", "ping", "-d", "device-1"), role="Reader", data=(HUB_READER,))
    told = json.loads(done.out)
    assert (done.code, told["httpStatus"], told["verdict"]["codes"]) == (5, 401, ["method-refused"])
    assert "IoT Hub Data Contributor" in done.err and "directMethods/invoke/action" in done.err


def test_a_policy_without_the_right(flow: Flow) -> None:
    key = flow.lab.state.hub.policies["device"].primary.reveal()
    host = flow.lab.state.hub.host
    string = f"HostName={host};SharedAccessKeyName=device;SharedAccessKey={key}"
    done = flow.run(PING, "-d", "device-1", "--login", string)
    assert done.code == 5 and json.loads(done.out)["verdict"]["codes"] == ["method-refused"]


@pytest.mark.parametrize(("arguments", "says"), [
    ((), "Which device?"),
    (("-d", "d", "--timeout", "4"), "--timeout is 4; a hub takes 5 to 300 seconds"),
    (("-d", "d", "--connect-timeout", "301"), "0 to 300"),
    (("-d", "d", "--method-name", "a/b"), "no method can have this name"),
    (("-d", "d", "--method-name", ""), "no method can have this name"),
    (("-d", "d", "--method-payload", "1"), "Add --method-name"),
    (("-d", "d", "--method-name", "a", "--method-payload", "{a"), "line 1, column 2"),
    (("-d", "d", "--method-name", "a", "--method-payload", "@nowhere"), "no file of that name"),
    (("-d", "d", "-n", "h", "-l", "x"), "both say which hub"),
    (("-d", "d", "--auth-type", "login"), "holds a key"),
])  # fmt: skip
def test_what_is_typed_wrong(arguments: tuple[str, ...], says: str) -> None:
    key = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=="
    string = f"HostName=nowhere.azure-devices.net;SharedAccessKeyName=service;SharedAccessKey={key}"
    done = plugin.az(*PING, *arguments, environment={"AZURE_IOTDIAG_LOGIN": string})
    assert done.code == 1 and says in done.err, done.err
