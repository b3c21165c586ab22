"""Provisioning over MQTT: who is let in, the topics, and the port that is shared with the hub's devices."""

from __future__ import annotations

import asyncio
import json

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps import mqtt as dps_mqtt
from azext_iotdiag.lab.dps.service import GLOBAL_HOST, Enrollment
from azext_iotdiag.lab.hub.identities import new_key
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net import mqtt_port as mqtt_door
from azext_iotdiag.wire import mqtt
from tests.plugins.mqtt_wire import DEADLINE, Wire, connect_packet

NOW = 1_700_000_000


class Clock:
    now = float(NOW)

    def __call__(self):
        return self.now


@pytest.fixture
def state():
    clock = Clock()
    made = new_lab(clock=clock)
    made.test_clock = clock
    made.provisioning[0].enrollments["d1"] = Enrollment("d1")
    return made


def connect(state, *, client="d1", scope=None, version="2019-03-31", key=None, level=4, **other):
    dps = state.provisioning[0]
    scope = scope or dps.id_scope
    secret = (key or dps.enrollments["d1"].attestation.primary).reveal()
    token = sas.sign(f"{scope}/registrations/d1", sas.iothub_key(secret), NOW + 60, "registration")
    username = f"{scope}/registrations/d1/api-version={version}&ClientVersion=x"
    return mqtt.Connect(
        **{"client_id": client, "username": username, "password": token.encode(), "level": level, **other}
    )


def talk(state, body, *packets, service=dps_mqtt.serve, sni=GLOBAL_HOST):
    """Serve a connection, send it the packets, and run `body(wire)` on it."""

    async def go():
        wire = Wire()
        wire.sni = sni
        task = asyncio.ensure_future(service(wire, state))
        wire.send(*packets)
        await body(wire)
        wire.hang_up()
        await asyncio.wait_for(task, DEADLINE)

    asyncio.run(asyncio.wait_for(go(), 4 * DEADLINE))


def test_a_device_registers_and_asks_until_it_is_assigned(state):
    async def body(wire):
        assert await wire.receive() == mqtt.ConnAck(0)
        wire.send(mqtt.Subscribe(1, ((f"{dps_mqtt.ANSWERS}#", 1), ("devices/d1/#", 1))))
        assert (await wire.receive()).codes == (1, 0x80)
        wire.send(mqtt.PingReq())
        assert isinstance(await wire.receive(), mqtt.PingResp)
        wire.send(mqtt.Publish(f"{dps_mqtt.REGISTER}?$rid=7", b'{"registrationId": "d1"}', quality=1, packet_id=2))
        assert await wire.receive() == mqtt.PubAck(2)
        begun = await wire.receive()
        assert begun.topic == f"{dps_mqtt.ANSWERS}202/?$rid=7&retry-after=3"
        operation = json.loads(begun.payload)["operationId"]
        asked = mqtt.Publish(f"{dps_mqtt.STATUS}?$rid=8&operationId={operation}", b"")
        wire.send(asked)
        assert json.loads((await wire.receive()).payload)["status"] == "assigning"
        state.test_clock.now += 3
        wire.send(asked)
        ended = await wire.receive()
        assert ended.topic == f"{dps_mqtt.ANSWERS}200/?$rid=8"
        assert json.loads(ended.payload)["registrationState"]["assignedHub"] == state.hub.host
        wire.send(mqtt.Publish(f"{dps_mqtt.STATUS}?$rid=9&operationId=none", b""))
        assert (await wire.receive()).topic == f"{dps_mqtt.ANSWERS}404/?$rid=9"
        wire.send(mqtt.Publish(f"{dps_mqtt.REGISTER}?$rid=10", b"["))
        wrong = await wire.receive()
        assert wrong.topic == f"{dps_mqtt.ANSWERS}400/?$rid=10" and json.loads(wrong.payload)["errorCode"] == 400004
        state.provisioning[0].per_minute = 0
        wire.send(mqtt.Publish(f"{dps_mqtt.REGISTER}?$rid=11", b"{}"))
        assert (await wire.receive()).topic == f"{dps_mqtt.ANSWERS}429/?$rid=11&retry-after=3"

    talk(state, body, connect(state))
    assert {record.service for record in state.audit.recent(20)} == {"dps"}


@pytest.mark.parametrize(("change", "code"), [
    ({"level": 3}, 1),
    ({"username": "x"}, 4),
    ({"username": None, "password": None}, 4),
    ({"version": "1999-01-01"}, 4),
    ({"client": "d2"}, 5),
    ({"scope": "0ne00000000"}, 5),
    ({"password": b"x"}, 5),
    ({"password": None}, 5),
])  # fmt: skip
def test_who_is_not_let_in(state, change, code):
    async def body(wire):
        assert await wire.receive() == mqtt.ConnAck(code)

    talk(state, body, connect(state, **change))
    record = state.audit.recent(1)[0]
    assert (record.outcome, record.details["code"]) == ("refused", code) and record.reason


def test_network_rules(state):
    state.provisioning[0].network["publicNetworkAccess"] = "Disabled"

    async def body(wire):
        assert await wire.receive() == mqtt.ConnAck(5)

    talk(state, body, connect(state))


@pytest.mark.parametrize("packet", [
    mqtt.PingReq(), b"\xff\xff\xff\xff\xff\xff", b"",
])  # fmt: skip
def test_what_is_no_connect(state, packet):
    async def body(wire):
        wire.hang_up()

    talk(state, body, packet)
    assert state.audit.recent(1)[0].outcome == "ended"


@pytest.mark.parametrize("packet", [
    mqtt.Publish("devices/d1/messages/events/", b""),
    mqtt.Publish(f"{dps_mqtt.REGISTER}?$rid=1", b"", quality=2, packet_id=1),
    mqtt.Connect(client_id="d1"), mqtt.Disconnect(),
])  # fmt: skip
def test_what_ends_a_session(state, packet):
    async def body(wire):
        assert await wire.receive() == mqtt.ConnAck(0)
        wire.send(packet)

    talk(state, body, connect(state))
    assert state.audit.recent(1)[0].action == "close"


@pytest.mark.parametrize("sni", ["", "localhost", GLOBAL_HOST, "lab-dps.azure-devices-provisioning.net"])
def test_the_port_is_shared_with_the_hub(state, sni):
    async def let_in(wire):
        assert await wire.receive() == mqtt.ConnAck(0)

    talk(state, let_in, connect(state), service=mqtt_door.serve, sni=sni)
    assert state.audit.recent(1)[0].service == "dps"
    if sni in ("", "localhost"):
        talk(state, let_in, connect_packet(state), service=mqtt_door.serve, sni=sni)
        assert state.audit.recent(1)[0].service == "mqtt"


def test_a_device_by_the_hubs_name(state):
    async def let_in(wire):
        assert await wire.receive() == mqtt.ConnAck(0)

    talk(state, let_in, connect_packet(state), service=mqtt_door.serve, sni=state.hub.host)


@pytest.mark.parametrize("packet", [b"", b"\xff\xff\xff\xff\xff\xff", mqtt.PingReq()])
def test_whoever_opens_with_something_else_is_ended(state, packet):
    async def nothing(wire):
        wire.hang_up()

    talk(state, nothing, packet, service=mqtt_door.serve, sni="")
    assert state.audit.recent(1)[0].outcome in ("refused", "ended")


def test_a_wrong_key_of_an_enrollment_is_said_when_the_device_registers(state):
    """MicrosoftDocs/azure-docs issue 43157: the connection is accepted, and so is the subscription."""

    async def body(wire):
        assert await wire.receive() == mqtt.ConnAck(0)
        wire.send(mqtt.Subscribe(1, ((f"{dps_mqtt.ANSWERS}#", 1),)))
        assert (await wire.receive()).codes == (1,)
        wire.send(mqtt.Publish(f"{dps_mqtt.REGISTER}?$rid=1", b'{"registrationId": "d1"}'))
        told = await wire.receive()
        assert told.topic == f"{dps_mqtt.ANSWERS}401/?$rid=1"
        answer = json.loads(told.payload)
        assert (answer["errorCode"], answer["message"]) == (401000, "Unauthorized") and answer["trackingId"]

    talk(state, body, connect(state, key=new_key()))
    refused = [each for each in state.audit.recent(10) if each.outcome == "refused"]
    assert [(each.who, each.action, each.reason) for each in refused] == [
        ("d1", "request", "401000: the token is signed with another key")
    ]


def test_a_wrong_key_of_a_group_is_said_at_once(state):
    dps = state.provisioning[0]
    del dps.enrollments["d1"]

    async def body(wire):
        assert await wire.receive() == mqtt.ConnAck(5)

    talk(state, body, connect(state, key=new_key()))
