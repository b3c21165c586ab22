"""Devices that are no good peers: slow, silent, half there, or talking nonsense. The lab's memory stays bounded."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub import sessions
from azext_iotdiag.lab.hub.amqp import port as amqp
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.wire import mqtt
from azext_iotdiag.wire.amqp.frames import AMQP_HEADER, frame
from azext_iotdiag.wire.amqp.message import encode_message
from azext_iotdiag.wire.amqp.performatives import Attach, Begin, Open, Source, Target, Transfer
from tests.plugins.lab_fixture import open_lab
from tests.plugins.mqtt_wire import DEVICE, EVENTS, connected, ended

TOPICS = [
    EVENTS, f"{EVENTS}a=%ff", "$iothub/twin/GET/?$rid=1", "$iothub/twin/GET/", "$iothub/methods/res/200/?$rid=1",
    "$iothub/twin/PATCH/properties/reported/?$rid=2", "$iothub/methods/res/x", "$iothub/x",
    "devices/x/messages/events/",
]  # fmt: skip
FILTERS = [
    f"devices/{DEVICE}/messages/devicebound/#", "$iothub/twin/res/#", "$iothub/twin/PATCH/properties/desired/#",
    "$iothub/methods/POST/#", "#", "+/+",
]  # fmt: skip
payloads = st.one_of(st.binary(max_size=200), st.sampled_from([b"{}", b'{"a":{"$b":1}}', b"[" * 5000, b'{"a":1e400}']))
ids = st.integers(1, 0xFFFF)
packets = st.one_of(
    st.builds(lambda topic, body: mqtt.Publish(topic, body), st.sampled_from(TOPICS), payloads),
    st.builds(lambda topic, body, number: mqtt.Publish(topic, body, 1, number), st.sampled_from(TOPICS), payloads, ids),
    st.builds(
        lambda number, names: mqtt.Subscribe(number, tuple(names)),
        ids, st.lists(st.tuples(st.sampled_from(FILTERS), st.integers(0, 2)), min_size=1, max_size=9),
    ),
    st.builds(lambda number, names: mqtt.Unsubscribe(number, tuple(names)), ids,
              st.lists(st.sampled_from(FILTERS), min_size=1, max_size=3)),
    st.builds(mqtt.PubAck, ids), st.just(mqtt.PingReq()), st.just(mqtt.Disconnect()), st.builds(mqtt.PubRel, ids),
    st.binary(min_size=1, max_size=40),
)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(packets, max_size=12))
def test_whatever_a_device_says_its_session_ends_in_order(said):
    state = new_lab(clock=lambda: 1_700_000_000).runtime

    async def run():
        wire, task = await connected(state)
        for packet in said:
            wire.send(packet)
            await asyncio.sleep(0)
            if not task.done():
                sessions.push_desired(state, state.hub.devices[DEVICE], {"$version": 2})
        wire.hang_up()
        await ended(task)  # which raises what a mistake of the lab would raise

    asyncio.run(run())
    assert not state.sessions and not state.hub.devices[DEVICE].connected
    assert state.audit.recent(1)[0].action == "close"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """One lab, which each test must leave well."""
    with open_lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


def device_socket(lab, device=DEVICE):
    """A device that has sent CONNECT, on a socket with room for little."""
    hub = lab.state.hub
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.settimeout(20)
    raw.connect(("127.0.0.1", lab.running.ports["mqtt"]))
    trust = ssl.create_default_context(cadata=lab.running.ca_pem.decode())
    key = sas.iothub_key(hub.devices[device].primary.reveal())
    token = sas.sign(f"{hub.host}/devices/{device}", key, int(time.time()) + 600)
    secured = trust.wrap_socket(raw, server_hostname=hub.host)
    username = f"{hub.host}/{device}/?api-version=2021-04-12"
    secured.sendall(mqtt.encode(mqtt.Connect(device, username, token.encode())))
    return secured


def wait(lab, condition):
    ends = time.monotonic() + 20
    while not lab.call(condition):
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.01)


def test_a_device_that_never_reads_is_let_go(lab):
    state = lab.runtime
    with device_socket(lab) as device:
        device.sendall(mqtt.encode(mqtt.Subscribe(1, (("$iothub/twin/PATCH/properties/desired/#", 0),))))
        wait(lab, lambda: DEVICE in state.sessions and state.sessions[DEVICE].on_desired)

        def flood():
            for version in range(400):
                if not sessions.push_desired(
                    state, state.hub.devices[DEVICE], {"a": "x" * 30_000, "$version": version}
                ):
                    return

        lab.call(flood)
        wait(lab, lambda: DEVICE not in state.sessions)
    last = [one for one in lab.call(state.audit.recent, 50) if one.action == "close"][-1]
    assert "does not read" in last.reason and last.details["code"] == 404104


def test_a_packet_that_never_ends_is_not_collected(lab):
    with device_socket(lab) as device:
        device.sendall(b"\x30\xff\xff\xff\x7f" + b"\x00" * 1000)  # announces 256 MB
        wait(lab, lambda: [one for one in lab.state.audit.recent(50) if "at most" in one.reason])
    wait(lab, lambda: DEVICE not in lab.runtime.sessions)


def test_many_that_are_only_half_there(lab):
    wait(lab, lambda: lab.running.listeners["mqtt"].connections == 0)  # the device of the test before has gone
    halves = [socket.create_connection(("127.0.0.1", lab.running.ports["mqtt"]), timeout=10) for _ in range(300)]
    try:
        wait(lab, lambda: lab.running.listeners["mqtt"].connections >= 300)
        with device_socket(lab, "device-2") as device:
            assert device.recv(4) == mqtt.encode(mqtt.ConnAck(0))
    finally:
        for half in halves:
            half.close()
    wait(lab, lambda: lab.running.listeners["mqtt"].connections <= 1)


class Clogged:
    """A stream whose peer sends and never reads: writing never comes to an end."""

    peer, sni, peer_chain = "127.0.0.1:1", "", ()
    tls, over_websocket = "TLSv1.3", False

    def __init__(self, chunks):
        self.chunks, self.taken = chunks, 0
        self.clogged = asyncio.Event()

    async def read(self, _n=65536):
        await asyncio.sleep(0)
        if self.taken == len(self.chunks):
            return b""
        self.taken += 1
        return self.chunks[self.taken - 1]

    def write(self, _data):
        pass

    async def drain(self):
        await self.clogged.wait()

    def close(self):
        pass

    abort = close


def test_an_amqp_client_that_never_reads_is_not_heard_for_ever(monkeypatch):
    monkeypatch.setattr(amqp, "MOST_UNSENT", 10_000)
    monkeypatch.setattr(amqp, "SILENCE_SECONDS", 0.2)
    state = new_lab()
    asked = encode_message(value="x", application={"operation": "put-token"}, properties={"reply-to": "me"})
    begun = AMQP_HEADER + b"".join(map(frame, (
        Open("raw", state.hub.host), Begin(None, 0, 1000, 1000, 255),
        Attach("out", 0, False, source=Source("me"), target=Target("$cbs"), initial_delivery_count=0),
    )))  # fmt: skip
    chunks = [begun] + [frame(Transfer(0, number, b"", settled=False), asked) for number in range(5000)]

    async def run():
        stream = Clogged(chunks)
        await asyncio.wait_for(amqp.serve(stream, state), 10)
        return stream.taken

    assert asyncio.run(run()) < 2000
    assert state.audit.recent(1)[0].action == "close"
