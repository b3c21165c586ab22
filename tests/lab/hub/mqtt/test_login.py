"""Who is let in over MQTT, and the real reason for a refusal, which only the audit log knows."""

from __future__ import annotations

import asyncio
import base64

import pytest

from azext_iotdiag.lab.hub.mqtt import connection as devices
from azext_iotdiag.model.target import Secret
from azext_iotdiag.wire import mqtt
from tests.plugins.mqtt_wire import DEVICE, NOW, Wire, connect_packet, connected, ended, last, state, token

__all__ = ["state"]


def other_key(_state):
    return Secret(base64.b64encode(b"x" * 32).decode())


def as_user(text):
    return lambda state: {"username": text.format(host=state.hub.host)}


def with_token(**fields):
    return lambda state: {"password": token(state, **{n: v(state) if callable(v) else v for n, v in fields.items()})}


ACCEPTED = {
    "as documented": lambda state: {},
    "secondary key": with_token(key=lambda state: state.hub.devices[DEVICE].secondary),
    "token for the whole hub, of a policy": with_token(
        key=lambda state: state.hub.policies["device"].primary, resource=lambda state: state.hub.host, policy="device"
    ),
    "host in capitals": lambda state: {"username": f"{state.hub.host.upper()}/{DEVICE}/?api-version=2021-04-12"},
    "no api-version": as_user("{host}/device-1"),
    "no api-version, slash": as_user("{host}/device-1/"),
    "older npm SDK": as_user("{host}/device-1/api-version=2016-11-14&DeviceClientType=azure-iot-device%2F1.1"),
    "client type with slashes": as_user("{host}/device-1/?api-version=2018-06-30&DeviceClientType=c/1 (native; Linux)"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(state, name):
    async def run():
        wire, task = await connected(state, **ACCEPTED[name](state))
        assert state.hub.devices[DEVICE].connected
        wire.send(mqtt.Disconnect())
        await ended(task)

    asyncio.run(run())
    assert not state.hub.devices[DEVICE].connected and not state.sessions
    connect, end = state.audit.recent(10)
    assert (connect.service, connect.action, connect.outcome, connect.who) == ("mqtt", "connect", "accepted", DEVICE)
    assert (end.outcome, end.reason) == ("ended", "the device disconnected")


def disable(state):
    state.hub.devices[DEVICE].status = "disabled"
    return {}


def unknown(state):
    return {
        "client_id": "nobody",
        "username": f"{state.hub.host}/nobody/?api-version=2021-04-12",
        "password": token(state, device="nobody"),
    }


def capital(state):
    return {"client_id": "Device-1", "username": f"{state.hub.host}/Device-1/?api-version=2021-04-12"}


# What is wrong → the code, and a word of the real reason, which only the audit log knows.
REFUSED = {
    "MQTT 5": (lambda state: {"level": 5}, 1, "speaks MQTT 5 (level 5), and a hub MQTT 3.1.1"),
    "MQTT 3.1": (lambda state: {"protocol": "MQIsdp", "level": 3}, 1, "MQIsdp"),
    "client id of another device": (lambda state: {"client_id": "device-2"}, 2, "device-2"),
    "client id empty": (lambda state: {"client_id": ""}, 2, "client id ''"),
    "no user name": (lambda state: {"username": None, "password": None}, 4, "no user name"),
    "user name without a device": (as_user("{host}"), 4, "user name"),
    "user name without a host": (as_user("/device-1/?api-version=2021-04-12"), 4, "user name"),
    "user name with more": (as_user("{host}/device-1/x/y/?api-version=2021-04-12"), 4, "no query"),
    "wrong key": (with_token(key=other_key), 5, "another key"),
    "no password": (lambda state: {"password": None}, 5, "no password"),
    "a key in place of a token": (
        lambda s: {"password": s.hub.devices[DEVICE].primary.reveal().encode()}, 5, "no SAS token"
    ),
    "password that is no text": (lambda state: {"password": b"\xff\xfe"}, 5, "no SAS token"),
    "expired": (with_token(expires=NOW - 600), 5, "expired 600 s ago"),
    "expires now": (with_token(expires=NOW), 5, "expired"),
    "token of another device": (with_token(resource=lambda s: f"{s.hub.host}/devices/device-2"), 5, "device-2"),
    "token for an id that begins alike": (with_token(resource=lambda s: f"{s.hub.host}/devices/device-"), 5, "not for"),
    "policy without the right": (
        with_token(key=lambda s: s.hub.policies["service"].primary, policy="service"), 5, "DeviceConnect"
    ),
    "policy unknown": (with_token(policy="nobody"), 5, "nobody"),
    "device disabled": (disable, 5, "disabled"),
    "device unknown": (unknown, 5, "no device of this id"),
    "device id in other case": (capital, 5, "there is 'device-1'"),
    "other hub": (as_user("other.azure-devices.net/device-1/?api-version=2021-04-12"), 5, "other.azure-devices.net"),
    "module unknown": (
        lambda s: {"client_id": "device-1/m", "username": f"{s.hub.host}/device-1/m/?api-version=2021-04-12"},
        5, "module",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(state, name):
    change, code, reason = REFUSED[name]

    async def run():
        wire = Wire()
        task = asyncio.ensure_future(devices.serve(wire, state))
        packet = connect_packet(state, **change(state))
        if packet.level != 4:
            wire.send(mqtt.encode(packet))
        else:
            wire.send(packet)
        assert await wire.receive() == mqtt.ConnAck(code)
        await ended(task)

    asyncio.run(run())
    record = last(state)
    assert (record.service, record.action, record.outcome) == ("mqtt", "connect", "refused")
    assert record.details["code"] == code and reason in record.reason
    assert not state.sessions and not state.hub.devices[DEVICE].connected
    device = state.hub.devices[DEVICE]
    for key in (device.primary, device.secondary):
        assert key.reveal() not in record.words()
    assert "sig=" not in record.words().replace("sig=***", "")
