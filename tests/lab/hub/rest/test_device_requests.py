"""Devices over HTTPS, modules and direct methods over REST: what each request comes to."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub import cloud_messages, methods, sessions
from azext_iotdiag.lab.hub.rest import api as rest
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net import certificates
from azext_iotdiag.lab.net.http_types import Request
from azext_iotdiag.wire.amqp.message import decode_message
from tests.plugins.rest_calls import VERSION, call, refused

EVENTS, BOUND = "devices/device-1/messages/events", "devices/device-1/messages/deviceBound"
BATCH = "application/vnd.microsoft.iothub.json"


@pytest.fixture
def state():
    made = new_lab().runtime
    made.later = lambda _seconds, _then: Timer()
    return made


class Timer:
    """A timer that never rings."""

    def cancel(self):
        pass


def device(state):
    return state.hub.devices["device-1"]


def token(state, path="devices/device-1", key=None, lasts=60):
    key = key or device(state).primary
    return sas.sign(f"{state.hub.host}/{path}", sas.iothub_key(key.reveal()), int(state.clock() + lasts))


def ask(state, method, path, body=b"", query=None, **headers):
    """A request of the device itself."""
    headers = {"authorization": token(state), **headers}
    return call(state, method, path, body, query={**VERSION, **(query or {})}, **headers)


def stored(state):
    partition = state.hub.partition_of("device-1")
    return [decode_message(event.message) for event in partition.events]


def test_a_message(state):
    sent = {
        "iothub_app_Alert": "yes", "iothub_messageid": "m", "iothub_contenttype": "application/json",
        "iothub_contentencoding": "utf-8", "iothub_userid": "u", "dt_subject": "part", "accept": "*/*",
    }  # fmt: skip
    assert ask(state, "POST", EVENTS, b"{}", **sent).status == 204
    (message,) = stored(state)
    assert (message.body, message.application) == (b"{}", {"Alert": "yes"})
    assert message.properties == {
        "message-id": "m", "user-id": b"u", "content-type": "application/json", "content-encoding": "utf-8",
    }  # fmt: skip
    assert message.annotations["dt-subject"] == "part"
    assert not device(state).connected  # over HTTPS a device is never connected


def batch(*entries):
    return json.dumps([{"body": base64.b64encode(body).decode(), **more} for body, more in entries]).encode()


def test_a_batch(state):
    body = batch((b"1", {"properties": {"iothub-app-a": "b", "iothub-messageid": "m"}}), (b"\xff", {}))
    assert ask(state, "POST", EVENTS, body, content_type=BATCH).status == 204
    assert ask(state, "POST", EVENTS, b'[{"body":"text","base64Encoded":false}]', content_type=BATCH).status == 204
    assert [(message.body, message.application) for message in stored(state)] == [
        (b"1", {"a": "b"}), (b"\xff", {}), (b"text", {})
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"{}", 400), (b"[1]", 400), (b'[{"body":1}]', 400), (b'[{"body":"%%"}]', 400),
        (b'[{"body":"","properties":1}]', 400), (batch((b"1", {}), (bytes(262_145), {})), 413),
    ],
)  # fmt: skip
def test_a_batch_that_is_refused_leaves_nothing(state, body, status):
    assert ask(state, "POST", EVENTS, body, content_type=BATCH).status == status
    assert stored(state) == []


def test_messages_from_the_cloud(state):
    assert ask(state, "GET", BOUND).status == 204
    system = {"message-id": "m", "content-type": "text/plain", "absolute-expiry-time": (int(state.clock()) + 60) * 1000}
    for _ in range(3):
        cloud_messages.send(state, device(state), b"hi", system=system, properties={"a": "b"}, ack="full")
    locks = []
    for path in ("/devices/device-1/messages/devicebound", BOUND, BOUND):
        answer = ask(state, "GET", path.strip("/"))
        assert (answer.status, answer.body) == (200, b"hi")
        told = {name: text for name, text in answer.headers.items() if name not in ("ETag", "iothub-expiry")}
        assert told == {
            "iothub-messageid": "m", "iothub-contenttype": "text/plain", "iothub-app-a": "b", "iothub-ack": "full",
            "iothub-to": "/devices/device-1/messages/deviceBound", "iothub-deliverycount": "0",
            "iothub-sequencenumber": str(len(locks) + 1),
        }  # fmt: skip
        locks.append(answer.headers["ETag"].strip('"'))
    assert ask(state, "DELETE", f"{BOUND}/{locks[0]}").status == 204
    assert ask(state, "DELETE", f"{BOUND}/{locks[1]}", query={"reject": "true"}).status == 204
    assert ask(state, "POST", f"{BOUND}/{locks[2]}/abandon").status == 204
    assert refused(ask(state, "DELETE", f"{BOUND}/{locks[0]}")) == (412, "DeviceMessageLockLost")
    assert [record["statusCode"] for record in state.feedback.records] == ["Success", "Rejected"]
    assert ask(state, "GET", BOUND).headers["iothub-deliverycount"] == "1"


@pytest.mark.parametrize("text", ["0", "301", "x", "1.5"])
def test_a_lock_that_cannot_be(state, text):
    assert refused(ask(state, "GET", BOUND, iothub_messagelocktimeout=text)) == (400, "ArgumentInvalid")


def test_properties_that_no_header_can_carry(state):
    cloud_messages.send(state, device(state), b"", properties={"a": "line\nbreak"}, ack="full")
    assert refused(ask(state, "GET", BOUND)) == (400, "ArgumentInvalid")
    assert [record["statusCode"] for record in state.feedback.records] == ["Rejected"]


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": ""}, {"authorization": "Basic x"},
        {"authorization": lambda state: token(state, "devices/device-2")},
        {"authorization": lambda state: token(state, lasts=-60)},
        {"authorization": lambda state: token(state, key=state.hub.devices["device-2"].primary)},
    ],
)  # fmt: skip
def test_who_is_not_let_in(state, headers):
    told = {name: text(state) if callable(text) else text for name, text in headers.items()}
    answer = ask(state, "POST", EVENTS, b"x", **told)
    assert refused(answer) == (401, "IotHubUnauthorizedAccess") and answer.body["Message"].endswith(";Unauthorized")
    assert stored(state) == []


def test_by_certificate(state):
    authority = certificates.make_authority("factory")
    state.hub.authorities["factory"] = authority.pem
    device(state).authentication = "certificateAuthority"
    chain = tuple(certificates.load(authority.issue_device("device-1")[0]))
    request = Request("POST", f"/{EVENTS}?api-version=2021-04-12", state.hub.host, {}, b"x", chain=chain)
    assert asyncio.run(rest.serve(request, state)).status == 204
    assert asyncio.run(rest.serve(replace(request, chain=()), state)).status == 401


# modules and methods, which the service asks for

MODULE = "devices/device-1/modules/m"
BODY = {"deviceId": "device-1", "moduleId": "m"}


def test_modules(state):
    made = call(state, "PUT", MODULE, BODY)
    assert made.status == 200 and made.body["moduleId"] == "m" and "status" not in made.body
    assert refused(call(state, "PUT", MODULE, BODY)) == (409, "ModuleAlreadyExistsOnDevice")
    assert refused(call(state, "PUT", f"{MODULE}x", BODY)) == (400, "ArgumentInvalid")
    keys = {"symmetricKey": {"primaryKey": base64.b64encode(b"x" * 32).decode(), "secondaryKey": ""}}
    changed = call(state, "PUT", MODULE, {**BODY, "authentication": keys}, if_match="*")
    assert changed.body["authentication"]["symmetricKey"]["primaryKey"] == keys["symmetricKey"]["primaryKey"]
    assert [one["moduleId"] for one in call(state, "GET", "devices/device-1/modules").body] == ["m"]
    twin = "twins/device-1/modules/m"
    told = []
    module = device(state).modules["m"]
    sessions.connect(state, sessions.DeviceSession(module, "mqtt", "here", lambda *_: None, on_desired=told.append))
    patched = call(state, "PATCH", twin, {"properties": {"desired": {"a": 1}}})
    assert patched.body["moduleId"] == "m" and told == [{"a": 1, "$version": 2}]
    assert call(state, "PUT", twin, {"tags": {"x": 1}}).body["tags"] == {"x": 1}
    found = call(state, "POST", "devices/query", {"query": "SELECT * FROM devices.modules"})
    assert [row["moduleId"] for row in found.body] == ["m"]
    key = sas.sign(f"{state.hub.host}/{MODULE}", sas.iothub_key(module.primary.reveal()), int(state.clock()) + 9)
    assert call(state, "POST", f"{MODULE}/messages/events", b"x", authorization=key).status == 204
    assert stored(state)[-1].annotations["iothub-connection-module-id"] == "m"
    assert call(state, "DELETE", MODULE).status == 204
    assert refused(call(state, "GET", MODULE)) == (404, "ModuleNotFound")
    assert refused(call(state, "GET", "devices/x/modules/m")) == (404, "DeviceNotFound")


def test_a_method(state):
    def answer(sent):
        assert (sent.name, json.loads(sent.payload)) == ("ping", {"n": 1})
        methods.answer(state, device(state), sent.call_id, 207, b'"pong"')

    session = sessions.DeviceSession(device(state), "mqtt", "here", lambda *_: None, on_method=answer)
    sessions.connect(state, session)
    asked = {"methodName": "ping", "payload": {"n": 1}, "responseTimeoutInSeconds": 5, "connectTimeoutInSeconds": 1}
    assert call(state, "POST", "twins/device-1/methods", asked).body == {"status": 207, "payload": "pong"}
    refusal = call(state, "POST", "twins/device-2/methods", asked | {"connectTimeoutInSeconds": 0})
    told = json.loads(refusal.body["Message"])
    assert (refusal.status, told["errorCode"]) == (404, 404103)
    assert refused(call(state, "POST", "twins/x/methods", asked)) == (404, "DeviceNotFound")
    assert call(state, "POST", "twins/device-1/methods", asked, policy="registryRead").status == 401


def test_a_method_answer_that_ends_in_zero(state):
    """The hub passes it on as it is, and the caller's reader of JSON fails: Azure/azure-iot-sdk-c issue 1641."""

    def answer(sent):
        assert methods.answer(state, device(state), sent.call_id, 200, b'{"payload": "done"}\0') == ""

    sessions.connect(state, sessions.DeviceSession(device(state), "mqtt", "here", lambda *_: None, on_method=answer))
    told = call(state, "POST", "twins/device-1/methods", {"methodName": "ping"})
    assert told.content() == (
        b'{"status": 200, "payload": {"payload": "done"}\0}', "application/json; charset=utf-8"
    )  # fmt: skip


@pytest.mark.parametrize(("response", "connect"), [
    ("30", "0"), ("5", None), (" 300 ", "+0"), ("", ""), (30, 0),
])  # fmt: skip
def test_seconds_may_be_texts_as_az_writes_them(state, monkeypatch, response, connect):
    """`az iot hub invoke-device-method` without --timeout sends "30" (azure-iot-cli-extension#54)."""
    waited = {}

    async def invoke(_state, _device, _name, _payload, *, response_seconds, connect_seconds):
        waited.update(response=response_seconds, connect=connect_seconds)
        return methods.MethodAnswer(200, None)

    monkeypatch.setattr(methods, "invoke", invoke)
    asked = {"methodName": "ping", "responseTimeoutInSeconds": response, "connectTimeoutInSeconds": connect}
    assert call(state, "POST", "twins/device-1/methods", asked).status == 200
    assert waited == {"response": float(str(response).strip() or 30), "connect": 0.0}


@pytest.mark.parametrize(
    "wrong",
    [
        {"methodName": ""}, {"methodName": "a/b"}, {"methodName": "#"}, {"methodName": 1}, {"methodName": "x" * 129},
        {"responseTimeoutInSeconds": 4}, {"responseTimeoutInSeconds": 301},
        {"responseTimeoutInSeconds": "4"}, {"responseTimeoutInSeconds": "9.5"}, {"responseTimeoutInSeconds": "nine"},
        {"connectTimeoutInSeconds": -1}, {"connectTimeoutInSeconds": True}, {"connectTimeoutInSeconds": "-1"},
    ],
)  # fmt: skip
def test_a_method_that_cannot_be(state, wrong):
    answer = call(state, "POST", "twins/device-1/methods", {"methodName": "a", **wrong})
    assert (answer.status, answer.headers["iothub-errorcode"]) == (400, "ArgumentInvalid")


@pytest.mark.parametrize(("asked", "words"), [
    ({"responseTimeoutInSeconds": 3000}, "responseTimeoutInSeconds must be within [5; 300]."),
    ({"connectTimeoutInSeconds": 301}, "connectTimeoutInSeconds must be within [0; 300]."),
])  # fmt: skip
def test_seconds_out_of_range(state, asked, words):
    """The form and the words that Azure/azure-iot-sdk-csharp issue 724 shows."""
    answer = call(state, "POST", "twins/device-1/methods", {"methodName": "a", **asked})
    told = json.loads(answer.body["Message"])
    assert (answer.status, told["errorCode"], told["message"]) == (400, 400004, words)
    assert answer.body["ExceptionMessage"] == ""


def test_a_device_that_does_not_answer(state, monkeypatch):
    """The words of Azure/azure-iot-sdk-java issue 640, which back ends compare."""
    monkeypatch.setattr(methods, "SHORTEST_RESPONSE_SECONDS", 0.01)
    session = sessions.DeviceSession(device(state), "mqtt", "here", lambda *_: None, on_method=lambda _: None)
    sessions.connect(state, session)
    answer = call(state, "POST", "twins/device-1/methods", {"methodName": "a", "responseTimeoutInSeconds": 0.05})
    told = json.loads(answer.body["Message"])
    assert (answer.status, told["errorCode"], told["info"]) == (504, 504101, {})
    assert told["message"] == "Timed out waiting for the response from device."
    assert answer.reason == "the device device-1 did not answer within 0.05 s"


def test_purge(state):
    cloud_messages.send(state, device(state), b"")
    answer = call(state, "DELETE", "devices/device-1/commands")
    assert answer.body == {"deviceId": "device-1", "moduleId": None, "totalMessagesPurged": 1}
