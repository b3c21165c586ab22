"""A device's connection to the lab's MQTT service in memory: `from tests.plugins.mqtt_wire import state, Wire`."""

from __future__ import annotations

import asyncio

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub.mqtt import connection as devices
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.wire import mqtt
from azext_iotdiag.wire.amqp.message import decode_message

DEADLINE = 5.0
NOW = 1_700_000_000
DEVICE = "device-1"
EVENTS = f"devices/{DEVICE}/messages/events/"


class Wire:
    """Both ends of a connection in memory: the service's stream, and what a test sends and receives as the device."""

    def __init__(self, peer="127.0.0.1:1"):
        self.peer = peer
        self.peer_certificate, self.peer_chain = None, ()
        self.tls, self.over_websocket = "TLSv1.3", False
        self.unsent = 0
        self.sni = ""
        self._incoming = asyncio.Queue()
        self._outgoing = mqtt.PacketBuffer()
        self._news = asyncio.Event()
        self.over = False

    async def read(self, n=65536):
        return b"" if self.over else await self._incoming.get()

    def write(self, data):
        self._outgoing.feed(bytes(data))
        self._news.set()

    async def drain(self):
        if self.over:
            raise ConnectionResetError("the connection is closed")

    def close(self):
        self.abort()

    def abort(self):
        self.over = True
        self._incoming.put_nowait(b"")

    def send(self, *packets):
        self._incoming.put_nowait(b"".join(p if isinstance(p, bytes) else mqtt.encode(p) for p in packets))

    def hang_up(self):
        self._incoming.put_nowait(b"")

    async def receive(self):
        async def wait():
            while (packet := self._outgoing.next()) is None:
                self._news.clear()
                await self._news.wait()
            return packet

        return await asyncio.wait_for(wait(), DEADLINE)


@pytest.fixture
def state():
    return new_lab(clock=lambda: NOW).runtime


def token(state, *, device=DEVICE, key=None, expires=NOW + 3600, resource=None, policy=""):
    secret = (key or state.hub.devices[DEVICE].primary).reveal()
    return sas.sign(resource or f"{state.hub.host}/devices/{device}", sas.iothub_key(secret), expires, policy).encode()


def connect_packet(state, **other):
    fields = {
        "client_id": DEVICE,
        "username": f"{state.hub.host}/{DEVICE}/?api-version=2021-04-12",
        "password": token(state),
    }
    return mqtt.Connect(**{**fields, **other})


async def connected(state, wire=None, **other):
    """A session that is up: the wire, and the task that serves it."""
    wire = wire or Wire()
    task = asyncio.ensure_future(devices.serve(wire, state))
    wire.send(connect_packet(state, **other))
    assert await wire.receive() == mqtt.ConnAck(0)
    return wire, task


async def ended(task):
    await asyncio.wait_for(task, DEADLINE)


def stored(state):
    events = [event for partition in state.hub.stream.partitions.values() for event in partition.events]
    return [decode_message(event.message) for event in events]


def last(state):
    return state.audit.recent(1)[0]
