"""Devices over AMQP, frame by frame: who gets which link, and what becomes of what is sent on it."""

from __future__ import annotations

import json
import threading
import time

import pytest

from azext_iotdiag.lab.hub import cloud_messages, methods, sessions, twins
from azext_iotdiag.lab.hub.amqp.device import _read as read
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.wire.amqp import batch
from azext_iotdiag.wire.amqp.codec import encode
from azext_iotdiag.wire.amqp.frames import frame
from azext_iotdiag.wire.amqp.message import decode_message, encode_message
from azext_iotdiag.wire.amqp.performatives import (
    Accepted,
    Attach,
    Detach,
    Disposition,
    Rejected,
    Released,
    Source,
    Target,
    Transfer,
)
from azext_iotdiag.wire.amqp.types import Int, Symbol, ULong
from tests.plugins.amqp_raw import ended, lab, plain, raw, reasons, shared
from tests.plugins.amqp_talker import BOUND, DEVICE, EVENTS, METHODS, TWIN, Talker, identity, stored, token, until

__all__ = ["lab", "shared"]


@pytest.fixture(autouse=True)
def fresh(shared):
    """Every test finds the device as it was made."""
    yield
    device = shared.state.hub.devices[DEVICE]
    device.twin, device.status, device.modules, device.model_id = twins.Twin(), "enabled", {}, ""
    shared.call(cloud_messages.purge, shared.runtime, device)
    shared.call(shared.runtime.feedback.waiting.clear)


@pytest.fixture
def connected(lab):
    """A connection to the hub's own name that has signed in as the device."""
    with raw(lab, lab.state.hub.host) as connection:
        connection.greet()
        assert connection.put_token(token(lab)) == 200
        yield connection


def test_telemetry(lab, connected):
    talker = Talker(connected)
    handle, _ = talker.link(EVENTS)
    system = {"message-id": "m", "content-type": "application/json", "user-id": b"u", "creation-time": 5}
    marks = {Symbol("dt-subject"): "thermostat"}
    assert talker.send(handle, b"{}", properties=system, application={"n": 1}, annotations=marks) == Accepted()
    message = stored(lab)[-1]
    assert (message.body, message.properties, message.application) == (b"{}", system, {"n": 1})
    assert message.annotations["dt-subject"] == "thermostat"
    assert '"type":"sas"' in message.annotations["iothub-connection-auth-method"]
    assert lab.call(lambda: identity(lab).connected)
    too_large = talker.send(handle, bytes(262_145))
    assert isinstance(too_large, Rejected) and too_large.error.condition == "amqp:link:message-size-exceeded"


def test_a_link_says_which_model_the_device_follows(lab, connected):
    talker, model = Talker(connected), "dtmi:com:example:Pump;1"
    handle, _ = talker.link(EVENTS, properties={Symbol("com.microsoft:model-id"): model})
    assert talker.send(handle, b"{}") == Accepted()
    assert stored(lab)[-1].annotations["dt-dataschema"] == model
    talker.link(TWIN, receive=True)  # which says nothing of it
    assert identity(lab).model_id == model


def test_a_batch(lab, connected):
    talker = Talker(connected)
    handle, _ = talker.link(EVENTS)
    before = len(stored(lab))
    parts = [encode_message(b"%d" % number, application={"n": number}) for number in range(3)]
    sections = b"".join(encode_message(part) for part in parts)  # a message is a data section of the batch
    connected.send(frame(Transfer(handle, 0, b"t", batch.FORMAT, False), sections))
    assert connected.until(Disposition).state == Accepted()
    found = [(message.body, message.application) for message in stored(lab)[before:]]
    assert found == [(b"%d" % number, {"n": number}) for number in range(3)]


@pytest.mark.parametrize("wrong", [b"\x40", b"\x00\x53\x75\xa0\x02\x00", encode_message(b"\x00\x53\x99\x40")])
def test_a_batch_that_is_none(lab, connected, wrong):
    handle, _ = Talker(connected).link(EVENTS)
    connected.send(frame(Transfer(handle, 0, b"t", batch.FORMAT, False), wrong))
    assert "does not speak AMQP" in ended(lab, connected)


@pytest.mark.parametrize(
    ("address", "condition", "reason"),
    [
        ("/devices/device-2/messages/events", "amqp:unauthorized-access", "no password"),
        ("/devices/Device-1/messages/events", "amqp:unauthorized-access", "there is 'device-1'"),
        ("/devices/device-1/modules/m/messages/events", "amqp:unauthorized-access", "no module 'm'"),
        ("/devices/device-1/messages", "amqp:not-found", "no 'messages'"),
        ("/devices/device-1", "amqp:not-found", "no ''"),
        ("/messages/devicebound", "amqp:unauthorized-access", "Unauthorized"),
    ],
)
def test_links_that_are_refused(lab, connected, address, condition, reason):
    connected.send(Attach("x", 1, False, source=Source("me"), target=Target(address), initial_delivery_count=0))
    detach = connected.until(Detach)
    assert detach.error.condition == condition
    assert reason in reasons(lab, connected, "refused")
    if condition == "amqp:unauthorized-access" and address.startswith("/devices"):
        assert json.loads(detach.error.description)["errorCode"] == 401002


@pytest.mark.parametrize(("kind", "receive"), [(EVENTS, True), (BOUND, False)])
def test_the_direction_must_fit(connected, kind, receive):
    _, answer = Talker(connected).link(kind, receive=receive)
    assert answer.error.condition == "amqp:not-found"


WRONG = {
    "another key": lambda lab: token(lab, key=new_key()),
    "expired": lambda lab: token(lab, expires=1),
    "for all devices": lambda lab: token(lab, path="devices"),
    "for an unknown one": lambda lab: token(lab, path="devices/x"),
    "for what is below": lambda lab: token(lab, path=f"devices/{DEVICE}/messages/events"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_token_that_proves_nothing(lab, name):
    with raw(lab, lab.state.hub.host) as connection:
        connection.greet()
        assert connection.put_token(WRONG[name](lab)) == 401


def test_messages_from_the_cloud_and_their_fate(lab, connected):
    talker = Talker(connected)
    handle, _ = talker.link(BOUND, receive=True)
    device = identity(lab)
    for name, outcome, more in (("a", Accepted(), {}), ("b", Rejected(), {}), ("c", Released(), {"again": True})):
        lab.call(
            lambda name=name: cloud_messages.send(
                lab.runtime, device, b"body", system={"message-id": name}, properties={"p": "q"}, ack="full"
            )
        )
        transfer, message = talker.received()
        assert not transfer.settled and len(transfer.delivery_tag) == 16
        assert message.properties == {"message-id": name, "to": f"/devices/{DEVICE}/messages/devicebound"}
        assert message.application == {"p": "q", "iothub-ack": "full"} and message.body == b"body"
        connected.send(Disposition(True, transfer.delivery_id, None, True, outcome))
        if more:
            again, repeated = talker.received()
            assert repeated.header["delivery-count"] == 1 and repeated.properties["message-id"] == name
            connected.send(Disposition(True, again.delivery_id, again.delivery_id, False, Accepted()))
            settled = connected.until(Disposition)
            assert (settled.role, settled.first, settled.settled) == (False, again.delivery_id, True)
    until(lab, lambda: not device.queued)
    fates = [(record["originalMessageId"], record["statusCode"]) for record in lab.runtime.feedback.records]
    assert fates == [("a", "Success"), ("b", "Rejected"), ("c", "Success")]
    lab.call(lambda: cloud_messages.send(lab.runtime, device, b"late"))
    talker.received()
    connected.send(Detach(handle, True))
    until(lab, lambda: [message.lock for message in device.messages.waiting] == [""])


def test_method(lab, connected):
    talker = Talker(connected)
    handle, _ = talker.link(METHODS)
    talker.link(METHODS, receive=True)
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(
            lab.call(methods.invoke, lab.runtime, identity(lab), "ping", [1], connect_seconds=5)
        )
    )
    asking.start()
    _, call = talker.received()
    assert call.application == {"IoThub-methodname": "ping"} and call.body == b"[1]"
    properties = {"correlation-id": call.properties["correlation-id"]}
    assert isinstance(talker.send(handle, b"2", properties=properties), Rejected)  # it names no status
    assert talker.send(handle, b"2", properties=properties, application={"IoThub-status": Int(207)}) == Accepted()
    asking.join(10)
    assert answers == [methods.MethodAnswer(207, 2)]


def test_twin(lab, connected):
    talker = Talker(connected)
    handle, _ = talker.link(TWIN)
    talker.link(TWIN, receive=True)
    asked = {
        ("GET", ""): (b" ", 200), ("PATCH", "/properties/reported"): (b'{"a":1}', 204),
        ("PATCH", "/properties/desired"): (b'{"a":1}', 400), ("PATCH", "/properties/reported "): (b"{", 400),
        ("PUT", "/notifications/twin/properties/desired"): (b"", 200),
    }  # fmt: skip
    for number, ((operation, resource), (body, status)) in enumerate(asked.items()):
        marks = {Symbol("operation"): operation, Symbol("resource"): resource}
        message = encode_message(body, properties={"correlation-id": f"c{number}"}, annotations=marks)
        connected.send(frame(Transfer(handle, number, b"t", 0, True), message))
        _, answer = talker.received()
        assert (answer.properties["correlation-id"], answer.annotations["status"]) == (f"c{number}", status)
    assert identity(lab).twin.reported.values == {"a": 1}
    change = {"properties": {"desired": {"b": 2}}}
    assert lab.call(
        lambda: sessions.push_desired(lab.runtime, identity(lab), twins.update(identity(lab).twin, change, 0))
    )
    _, pushed = talker.received()
    assert json.loads(pushed.body) == {"b": 2, "$version": 2} and "correlation-id" not in pushed.properties
    assert pushed.annotations["version"] == 2


def test_a_second_connection_takes_the_links(lab, connected):
    Talker(connected).link(EVENTS)
    with raw(lab, lab.state.hub.host) as second:
        second.greet()
        assert second.put_token(token(lab)) == 200
        Talker(second).link(EVENTS)
        stolen = connected.until(Detach)
        assert stolen.error.condition == "amqp:link:stolen"
        assert json.loads(stolen.error.description)["errorCode"] == 409002
        assert lab.call(lambda: identity(lab).connected)


def test_a_token_that_is_not_renewed(lab):
    with raw(lab, lab.state.hub.host) as connection:
        connection.greet()
        assert connection.put_token(token(lab, expires=int(time.time()) + 2)) == 200
        Talker(connection).link(EVENTS)
        detach = connection.until(Detach)
        assert detach.error.condition == "amqp:unauthorized-access"
        assert json.loads(detach.error.description)["errorCode"] == 401003


def test_a_module(lab):
    module = Device(DEVICE, new_key(), new_key(), generation_id="g", module_id="m")
    identity(lab).modules["m"] = module
    with raw(lab, lab.state.hub.host) as connection:
        connection.greet()
        assert connection.put_token(token(lab, module="m")) == 200
        talker = Talker(connection, f"/devices/{DEVICE}/modules/m")
        handle, _ = talker.link(EVENTS)
        assert talker.send(handle, b"x") == Accepted()
        assert stored(lab)[-1].annotations["iothub-connection-module-id"] == "m"
        _, refused = talker.link(BOUND, receive=True)
        assert refused.error.condition == "amqp:not-found"
        assert lab.call(lambda: module.connected and not identity(lab).connected)


def test_plain(lab):
    hub = lab.state.hub
    code, record = plain(lab, f"{DEVICE}@sas.{hub.name}", token(lab), host=hub.host)
    assert (code, record.outcome) == (0, "accepted")
    code, record = plain(lab, f"{DEVICE}@sas.{hub.name}", token(lab, key=new_key()), host=hub.host)
    assert (code, record.outcome) == (1, "refused") and "another key" in record.reason


def test_a_broken_message_of_a_device(lab, connected):
    handle, _ = Talker(connected).link(EVENTS)
    connected.send(frame(Transfer(handle, 0, b"t", 0, False), b"\x00\x53\x75\xff"))
    assert "does not speak AMQP" in ended(lab, connected)
    until(lab, lambda: not identity(lab).connected)


def described(code: int, value: bytes) -> bytes:
    return b"\x00\x53" + bytes((code,)) + value


BODIES = {
    "a value": (described(0x77, encode({"a": ULong(5), "b": [1.5, None]})), b'{"a": 5, "b": [1.5, null]}'),
    "null": (described(0x77, b"\x40"), b"null"),
    "two sequences": (described(0x76, encode([1, "x"])) + described(0x76, encode([None])), b'[1, "x", null]'),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_data_is_kept_as_it_was_sent(lab, connected, name):
    """Azure/azure-functions-host issue 9749: readers of a hub meet such bodies."""
    written, _ = BODIES[name]
    talker = Talker(connected)
    handle, _ = talker.link(EVENTS)
    head = encode_message(b"", application={"n": 1})[: -len(described(0x75, b"\xa0\x00"))]
    connected.send(frame(Transfer(handle, 0, b"t", 0, False), head + written))
    assert connected.until(Disposition).state == Accepted()
    partition = lab.state.hub.partition_of(DEVICE)
    event = lab.call(lambda: partition.events[-1])
    assert event.message.endswith(written)
    assert stored(lab)[-1].application == {"n": 1}


@pytest.mark.parametrize("name", BODIES)
def test_a_route_sees_such_a_body_as_json(name):
    written, text = BODIES[name]
    body, _ = read(decode_message(described(0x74, encode({})) + written))
    assert json.loads(body) == json.loads(text)
