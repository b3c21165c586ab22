"""The lab's MQTT side as IoT Hub behaves: what becomes of a message, and how a session ends."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from azext_iotdiag.lab.hub.mqtt import connection as devices
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.wire import mqtt
from tests.plugins.mqtt_wire import DEVICE, EVENTS, NOW, Wire, connected, ended, last, state, stored, token

__all__ = ["state"]


def test_first_packet_is_connect_and_comes_in_time(state, monkeypatch):
    async def run(*packets):
        wire = Wire()
        task = asyncio.ensure_future(devices.serve(wire, state))
        if packets:
            wire.send(*packets)
        await ended(task)
        return last(state).reason

    assert "PingReq, not CONNECT" in asyncio.run(run(mqtt.PingReq()))
    assert "not MQTT 3.1.1" in asyncio.run(run(b"\x16\x03\x01\x02\x00"))
    monkeypatch.setattr(devices, "CONNECT_WITHIN", 0.05)
    assert "no CONNECT within" in asyncio.run(run())


def test_message_with_properties(state):
    topic = EVENTS + (
        "%24.ct=application%2Fjson&$.ce=utf-8&$.mid=m%201&$.cid=c&$.uid=%C3%A9&$.to=%2Fx&$.sub=thermostat"
        "&$.exp=2024-01-02T03:04:05.678Z&a%20b=1%262%3D3&empty=&none&%C3%A4=%E2%82%AC&$.on=out"
    )

    async def run():
        wire, task = await connected(state)
        wire.send(mqtt.Publish(topic, b"\x00\xff body", 1, packet_id=7))
        assert await wire.receive() == mqtt.PubAck(7)
        wire.send(mqtt.Disconnect())
        await ended(task)

    asyncio.run(run())
    (message,) = stored(state)
    assert message.body == b"\x00\xff body"
    assert message.properties == {
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "message-id": "m 1",
        "correlation-id": "c",
        "user-id": "é".encode(),
        "to": "/x",
        "absolute-expiry-time": 1704164645678,
    }
    assert message.application == {"a b": "1&2=3", "empty": "", "none": "", "ä": "€", "$.on": "out"}
    assert message.annotations["iothub-connection-device-id"] == DEVICE
    assert message.annotations["dt-subject"] == "thermostat"
    assert message.annotations["iothub-enqueuedtime"] == NOW * 1000
    first = [record for record in state.audit.recent(10) if record.action == "publish"]
    assert [(record.outcome, record.details["bytes"]) for record in first] == [("accepted", 7)]


@pytest.mark.parametrize("topic", [EVENTS, EVENTS.rstrip("/"), EVENTS + "/"])
def test_message_of_quality_0_without_properties(state, topic):
    async def run():
        wire, task = await connected(state)
        wire.send(*[mqtt.Publish(topic, b"%d" % number) for number in range(3)], mqtt.PingReq())
        assert await wire.receive() == mqtt.PingResp()
        wire.send(mqtt.Disconnect())
        await ended(task)

    asyncio.run(run())
    assert [(message.body, message.properties, message.application) for message in stored(state)] == [
        (b"0", {}, {}), (b"1", {}, {}), (b"2", {}, {})
    ]  # fmt: skip
    assert [r.action for r in state.audit.recent(10)] == ["connect", "publish", "close"]  # the first, then counted
    assert last(state).details["published"] == 3


def test_retain_becomes_a_property(state):
    async def run():
        wire, task = await connected(state)
        wire.send(mqtt.Publish(EVENTS + "a=1", b"", retain=True), mqtt.Disconnect())
        await ended(task)

    asyncio.run(run())
    assert stored(state)[0].application == {"a": "1", "mqtt-retain": "true"}


def test_model_id(state):
    async def run():
        username = f"{state.hub.host}/{DEVICE}/?api-version=2021-04-12&model-id=dtmi%3Ax%3By%3B1"
        wire, task = await connected(state, username=username)
        wire.send(mqtt.Publish(EVENTS, b"1"), mqtt.Disconnect())
        await ended(task)

    asyncio.run(run())
    assert stored(state)[0].annotations["dt-dataschema"] == "dtmi:x;y;1"


SIZE = 262_144
CLOSES = {
    "quality 2": (mqtt.Publish(EVENTS, b"", 2, 1), "quality of service 2"),
    "another device's topic": (mqtt.Publish("devices/device-2/messages/events/", b"", 1, 1), "device-2"),
    "a topic that begins alike": (mqtt.Publish(EVENTS.rstrip("/") + "x", b"", 1, 1), "eventsx"),
    "any topic": (mqtt.Publish("telemetry", b"", 1, 1), "'telemetry'"),
    "too large by a byte": (mqtt.Publish(EVENTS, bytes(SIZE + 1), 1, 1), "262145 bytes"),
    "too large by its properties": (mqtt.Publish(EVENTS + "a=b", bytes(SIZE - 1), 1, 1), "262145 bytes"),
    "far too large": (mqtt.Publish(EVENTS, bytes(400_000), 1, 1), "400"),
    "property that is no UTF-8": (mqtt.Publish(EVENTS + "a=%FF", b"", 1, 1), "UTF-8"),
    "second CONNECT": (mqtt.Connect(DEVICE), "Connect"),
    "a server's packet": (mqtt.PingResp(), "PingResp"),
    "not MQTT": (b"\xf0\x00", "not MQTT 3.1.1"),
}


@pytest.mark.parametrize("name", CLOSES)
def test_closes_the_connection(state, name):
    packet, reason = CLOSES[name]

    async def run():
        wire, task = await connected(state)
        wire.send(packet)
        await ended(task)  # without the device's doing
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(wire.receive(), 0.05)  # no PUBACK

    asyncio.run(run())
    assert stored(state) == []
    assert last(state).action == "close" and reason in last(state).reason
    assert not state.sessions


def test_largest_message(state):
    async def run():
        wire, task = await connected(state)
        wire.send(mqtt.Publish(EVENTS, bytes(SIZE), 1, 1))
        assert await wire.receive() == mqtt.PubAck(1)
        wire.send(mqtt.Disconnect())
        await ended(task)

    asyncio.run(run())
    assert len(stored(state)[0].body) == SIZE


WILLS = {
    "hung up": (lambda wire: wire.hang_up(), True),
    "broke a rule": (lambda wire: wire.send(b"\xf0\x00"), True),
    "aborted": (lambda wire: wire.abort(), True),
    "said goodbye": (lambda wire: wire.send(mqtt.Disconnect()), False),
}


@pytest.mark.parametrize("name", WILLS)
def test_will(state, name):
    act, expected = WILLS[name]

    async def run():
        wire, task = await connected(state, will=mqtt.Will(EVENTS + "a=1&$.ct=text%2Fplain", b"gone", 1, retain=True))
        act(wire)
        await ended(task)

    asyncio.run(run())
    wills = [(m.body, m.application, m.properties) for m in stored(state)]
    properties = {"a": "1", "mqtt-retain": "true", "iothub-MessageType": "Will"}
    assert wills == ([(b"gone", properties, {"content-type": "text/plain"})] if expected else [])


def test_will_to_a_foreign_topic_is_not_delivered(state):
    async def run():
        wire, task = await connected(state, will=mqtt.Will("devices/device-2/messages/events/", b"gone"))
        wire.hang_up()
        await ended(task)

    asyncio.run(run())
    assert stored(state) == []
    assert ("will", "refused") in [(record.action, record.outcome) for record in state.audit.recent(10)]


def test_second_session_evicts_the_first(state):
    async def run():
        first, first_task = await connected(state)
        second, second_task = await connected(state, Wire("127.0.0.1:2"))
        await ended(first_task)
        assert first.over and not second.over
        assert state.hub.devices[DEVICE].connected
        second.send(mqtt.PingReq())
        assert await second.receive() == mqtt.PingResp()
        second.send(mqtt.Disconnect())
        await ended(second_task)

    asyncio.run(run())
    ends = [(record.peer, record.reason) for record in state.audit.recent(10) if record.action == "close"]
    assert ends == [
        ("127.0.0.1:1", "the same device connected again, from 127.0.0.1:2"),
        ("127.0.0.1:2", "the device disconnected"),
    ]


def test_keep_alive(state, monkeypatch):
    async def silence(**other):
        wire, task = await connected(state, **other)
        found = state.sessions[DEVICE].end.__self__.silence
        wire.send(mqtt.Disconnect())
        await ended(task)
        return found

    assert asyncio.run(silence(keep_alive=60)) == 90
    assert asyncio.run(silence(keep_alive=1177)) == 1765.5
    assert asyncio.run(silence(keep_alive=1200)) == 1767  # the hub's own limit
    assert asyncio.run(silence(keep_alive=0)) == 1767

    async def run():
        _, task = await connected(state, keep_alive=1)
        started = time.monotonic()
        await ended(task)
        return time.monotonic() - started

    assert 1.4 < asyncio.run(run()) < 3
    assert "nothing heard for 1.5 s" in last(state).reason


def test_session_ends_with_its_token():
    started = time.monotonic()
    state = new_lab(clock=lambda: NOW + time.monotonic() - started).runtime

    async def run():
        _, task = await connected(state, password=token(state, expires=NOW + 1))
        await ended(task)
        assert NOW + 1 <= state.clock() < NOW + 3

    asyncio.run(run())
    assert "SAS token expired" in last(state).reason


def test_subscriptions_and_the_empty_twin(state):
    wanted = {
        f"devices/{DEVICE}/messages/devicebound/#": (2, 1),
        "$iothub/twin/res/#": (0, 0),
        "$iothub/twin/PATCH/properties/desired/#": (1, 1),
        "$iothub/methods/POST/#": (0, 0),
        "devices/+/messages/devicebound/#": (1, 1),
        "devices/device-2/messages/devicebound/#": (1, 128),
        "#": (0, 128),
        "$iothub/#": (0, 128),
    }

    async def run():
        wire, task = await connected(state)
        wire.send(mqtt.Subscribe(3, tuple((name, asked) for name, (asked, _) in wanted.items())))
        assert await wire.receive() == mqtt.SubAck(3, tuple(granted for _, granted in wanted.values()))
        wire.send(mqtt.Publish("$iothub/twin/GET/?$rid=ab%20c"))
        answer = await wire.receive()
        assert answer.topic == "$iothub/twin/res/200/?$rid=ab%20c"
        assert json.loads(answer.payload) == {"desired": {"$version": 1}, "reported": {"$version": 1}}
        wire.send(mqtt.Unsubscribe(4, ("$iothub/twin/res/#",)), mqtt.Publish("$iothub/twin/GET/?$rid=2", b"", 1, 9))
        assert await wire.receive() == mqtt.UnsubAck(4)
        assert await wire.receive() == mqtt.PubAck(9)  # and no twin, as nobody wants it
        wire.send(mqtt.PingReq())
        assert await wire.receive() == mqtt.PingResp()
        wire.send(mqtt.Disconnect())
        await ended(task)

    asyncio.run(run())
    outcomes = [record.outcome for record in state.audit.recent(20) if record.action == "subscribe"]
    assert outcomes == ["refused"] * 3
    assert stored(state) == []
