"""What a connected MQTT device and the hub say to each other beside telemetry: twin, methods, cloud-to-device."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time

import pytest

from azext_iotdiag.lab.hub import cloud_messages, methods, sessions, twins
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.mqtt import connection as devices
from azext_iotdiag.lab.hub.mqtt import session as device_session
from azext_iotdiag.lab.net import certificates
from azext_iotdiag.wire import mqtt
from tests.plugins.mqtt_wire import DEVICE, NOW, Wire, connect_packet, connected, ended, last, state, stored, token

__all__ = ["state"]

BOUND = f"devices/{DEVICE}/messages/devicebound/"
RESPONSES = "$iothub/twin/res/#"
REPORTED = "$iothub/twin/PATCH/properties/reported/?$rid=7"


@contextlib.asynccontextmanager
async def device(state, *subscriptions, quality=1, wire=None, **other):
    """A connected device that has subscribed; it says goodbye unless the test has ended it."""
    wire, task = await connected(state, wire, **other)
    if subscriptions:
        wire.send(mqtt.Subscribe(1, tuple((name, quality) for name in subscriptions)))
        assert await wire.receive() == mqtt.SubAck(1, (quality,) * len(subscriptions))
    wire.task = task
    yield wire
    if not task.done():
        wire.send(mqtt.Disconnect())
    await ended(task)


def run(coroutine):
    asyncio.run(asyncio.wait_for(coroutine, 10))


def identity(state):
    return state.hub.devices[DEVICE]


@pytest.mark.parametrize(("version", "status"), [("2018-06-30", 400), ("2019-10-01", 204), ("2021-04-12", 204)])
def test_arrays_need_a_newer_version(state, version, status):
    """Device SDKs raised their api-version for arrays: Azure/azure-iot-sdk-c#1539."""

    async def steps():
        username = f"{state.hub.host}/{DEVICE}/?api-version={version}"
        async with device(state, RESPONSES, username=username) as wire:
            wire.send(mqtt.Publish(REPORTED, b'{"a": {"b": [1]}}'))
            answer = await wire.receive()
            assert answer.topic.startswith(f"$iothub/twin/res/{status}/?$rid=7")
            assert status == 204 or "arrays are not supported" in json.loads(answer.payload)["message"]

    run(steps())


def test_twin_is_read_and_reported(state):
    async def steps():
        async with device(state, RESPONSES) as wire:
            wire.send(mqtt.Publish(REPORTED, b'{"a": 1, "gone": null}', 1, 5))
            assert await wire.receive() == mqtt.Publish("$iothub/twin/res/204/?$rid=7&$version=2")
            assert await wire.receive() == mqtt.PubAck(5)
            wire.send(mqtt.Publish("$iothub/twin/GET/?$rid=8"))
            answer = await wire.receive()
            assert answer.topic == "$iothub/twin/res/200/?$rid=8"
            assert json.loads(answer.payload) == {"desired": {"$version": 1}, "reported": {"a": 1, "$version": 2}}

    run(steps())
    done = [(r.details["operation"], r.outcome) for r in state.audit.recent(9) if r.action == "twin"]
    assert done == [("report", "accepted"), ("get", "accepted")]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff", b'{"a.b": 1}', b'{"a": 1e999}', b"[" * 100_000, b'{"a": "' + b"x" * 40_000 + b'"}'],
)
def test_a_report_that_is_refused(state, body):
    async def steps():
        async with device(state, RESPONSES) as wire:
            wire.send(mqtt.Publish(REPORTED, body))
            answer = await wire.receive()
            assert answer.topic == "$iothub/twin/res/400/?$rid=7"
            assert json.loads(answer.payload)["errorCode"] == 400004

    run(steps())
    assert identity(state).twin.reported.version == 1


@pytest.mark.parametrize(
    "subscription", ["$iothub/twin/PATCH/properties/desired/#", "$iothub/twin/PATCH/properties/desired/+"]
)
def test_desired_properties_are_pushed(state, subscription):
    async def steps():
        async with device(state, subscription, quality=0) as wire:
            told = twins.update(identity(state).twin, {"properties": {"desired": {"a": {"b": 1}}}}, NOW)
            assert sessions.push_desired(state, identity(state), told)
            pushed = await wire.receive()
            assert pushed.topic == "$iothub/twin/PATCH/properties/desired/?$version=2"
            assert json.loads(pushed.payload) == {"a": {"b": 1}, "$version": 2}
            wire.send(mqtt.Unsubscribe(2, (subscription,)))
            await wire.receive()
            assert not sessions.push_desired(state, identity(state), told)

    run(steps())


def test_method(state):
    async def steps():
        async with device(state, "$iothub/methods/POST/#") as wire:
            invoked = asyncio.ensure_future(methods.invoke(state, identity(state), "re boot", {"in": 5}))
            call = await wire.receive()
            head, _, request = call.topic.partition("/?$rid=")
            assert head == "$iothub/methods/POST/re boot" and json.loads(call.payload) == {"in": 5}
            wire.send(mqtt.Publish(f"$iothub/methods/res/-3/?$rid={request}x", b"1"))
            wire.send(mqtt.Publish(f"$iothub/methods/res/-3/?$rid={request}", b'"later"'))
            assert await invoked == methods.MethodAnswer(-3, "later")

    run(steps())
    assert [(r.outcome, r.reason) for r in state.audit.recent(9) if r.action == "method"] == [
        ("accepted", ""), ("refused", "no caller waits for this answer (any more)"), ("accepted", "")
    ]  # fmt: skip


def test_an_answer_without_a_status_closes(state):
    async def steps():
        async with device(state) as wire:
            wire.send(mqtt.Publish("$iothub/methods/res/ok/?$rid=1"))
            await ended(wire.task)

    run(steps())
    assert "no status" in last(state).reason


def send(state, name="m", ack="full", **more):
    system = {"message-id": name, "content-type": "application/json", "absolute-expiry-time": (NOW + 60) * 1000}
    return cloud_messages.send(state, identity(state), b"{}", system=system, properties={"a b": "1&2"}, ack=ack, **more)


TOPIC = (
    f"{BOUND}%24.ct=application%2Fjson&%24.mid=m&%24.exp=2023-11-14T22%3A14%3A20Z"
    "&%24.to=%2Fdevices%2Fdevice-1%2Fmessages%2Fdevicebound&iothub-ack=full&a%20b=1%262"
)


def test_message_from_the_cloud(state):
    async def steps():
        async with device(state, f"{BOUND}#") as wire:
            send(state)
            assert await wire.receive() == mqtt.Publish(TOPIC, b"{}", 1, 1)
            assert identity(state).queued == 1
            wire.send(mqtt.PubAck(1), mqtt.PubAck(1), mqtt.PubAck(99), mqtt.PingReq())
            assert await wire.receive() == mqtt.PingResp()

    run(steps())
    assert identity(state).queued == 0
    assert [record["statusCode"] for record in state.feedback.records] == ["Success"]


def test_message_of_quality_0_is_done_once_sent(state):
    async def steps():
        send(state)
        async with device(state, f"{BOUND}#", quality=0) as wire:
            assert await wire.receive() == mqtt.Publish(TOPIC, b"{}")
            assert identity(state).queued == 0

    run(steps())


def test_what_was_not_acknowledged_comes_again(state):
    async def steps():
        async with device(state, f"{BOUND}#") as wire:
            send(state)
            assert not (await wire.receive()).duplicate
            wire.hang_up()
        async with device(state) as wire:
            send(state, "n")
            wire.send(mqtt.PingReq())
            assert await wire.receive() == mqtt.PingResp()  # it did not subscribe this time
            wire.send(mqtt.Subscribe(1, ((f"{BOUND}#", 1),)))
            assert await wire.receive() == mqtt.SubAck(1, (1,))
            again, fresh = await wire.receive(), await wire.receive()
            assert again == mqtt.Publish(TOPIC, b"{}", 1, 1, duplicate=True)
            assert not fresh.duplicate and "mid=n" in fresh.topic

    run(steps())


@pytest.mark.parametrize("topic_filter", [f"{BOUND}#", "devices/+/messages/devicebound/#"])
def test_a_subscription_outlives_a_session_that_is_not_clean(state, topic_filter):
    async def steps():
        async with device(state, topic_filter, RESPONSES, clean_session=False) as wire:
            wire.hang_up()
        send(state)
        wire = Wire()
        task = asyncio.ensure_future(devices.serve(wire, state))
        wire.send(connect_packet(state, clean_session=False))
        assert await wire.receive() == mqtt.ConnAck(0, session_present=True)
        assert await wire.receive() == mqtt.Publish(TOPIC, b"{}", 1, 1)
        wire.hang_up()
        await ended(task)
        async with device(state) as wire:  # a clean session forgets it
            wire.send(mqtt.PingReq())
            assert await wire.receive() == mqtt.PingResp()
        assert not state.kept

    run(steps())


def test_five_subscriptions_and_no_more(state):
    async def steps():
        async with device(state, *(f"{BOUND}{number}/#" for number in range(5))) as wire:
            wire.send(mqtt.Subscribe(2, ((RESPONSES, 1), (f"{BOUND}0/#", 0))))
            assert await wire.receive() == mqtt.SubAck(2, (128, 0))

    run(steps())


def test_a_device_that_does_not_read_is_let_go(state):
    async def steps():
        async with device(state, "$iothub/twin/PATCH/properties/desired/#") as wire:
            wire.unsent = device_session.MOST_UNSENT + 1
            sessions.push_desired(state, identity(state), {"$version": 2})
            await ended(wire.task)

    run(steps())
    assert "does not read" in last(state).reason


def test_module(state):
    module = identity(state).modules["m"] = Device(DEVICE, new_key(), new_key(), generation_id="g", module_id="m")
    login = {
        "client_id": f"{DEVICE}/m",
        "username": f"{state.hub.host}/{DEVICE}/m/?api-version=2021-04-12&model-id=dtmi:a;1",
        "password": token(state, key=module.primary, resource=f"{state.hub.host}/devices/{DEVICE}/modules/m"),
    }
    events = f"devices/{DEVICE}/modules/m/messages/events/"

    async def steps():
        async with device(state) as own, device(state, RESPONSES, wire=Wire("127.0.0.1:2"), **login) as wire:
            wire.send(mqtt.Publish(f"{events}a=1", b"x", 1, 3))
            assert await wire.receive() == mqtt.PubAck(3)
            wire.send(mqtt.Publish(REPORTED, b'{"own": true}'))
            assert (await wire.receive()).topic.startswith("$iothub/twin/res/204/")
            assert module.connected and identity(state).connected
            wire.send(mqtt.Publish(f"devices/{DEVICE}/messages/events/", b""))
            await ended(wire.task)
            assert not own.task.done()

    run(steps())
    (message,) = stored(state)
    assert message.application == {"a": "1"}
    assert message.annotations["iothub-connection-device-id"] == DEVICE
    assert message.annotations["iothub-connection-module-id"] == "m"
    assert message.annotations["dt-dataschema"] == "dtmi:a;1"
    assert '"scope":"module"' in message.annotations["iothub-connection-auth-method"]
    assert module.twin.reported.values == {"own": True} and not identity(state).twin.reported.values


def test_certificate(state):
    authority = certificates.make_authority("factory")
    state.hub.authorities["factory"] = authority.pem
    identity(state).authentication = "certificateAuthority"
    state.clock = time.time

    async def steps():
        wire = Wire()
        wire.peer_chain = tuple(certificates.load(authority.issue_device(DEVICE)[0]))
        async with device(state, wire=wire, password=None) as wire:
            wire.send(mqtt.Publish(f"devices/{DEVICE}/messages/events/", b"x"))

    run(steps())
    assert "x509Certificate" in stored(state)[0].annotations["iothub-connection-auth-method"]
