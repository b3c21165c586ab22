"""paho-mqtt, which is not ours, against the lab: each understands the other."""

from __future__ import annotations

import contextlib
import time
from urllib.parse import quote

import paho.mqtt.client as paho
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub.mqtt import connection as devices
from azext_iotdiag.wire import mqtt
from tests.plugins.mqtt_lab import DEADLINE, mqtt_lab

DEVICE = "device-1"
EVENTS = f"devices/{DEVICE}/messages/events/"


class Tap:
    """A stream that keeps what was read from it."""

    def __init__(self, stream, kept):
        self._stream = stream
        self._kept = kept

    def __getattr__(self, name):
        return getattr(self._stream, name)

    async def read(self, n=65536):
        data = await self._stream.read(n)
        self._kept += data
        return data


@pytest.fixture
def tapped():
    """A lab, and all bytes that devices sent to it."""
    kept = bytearray()

    async def serve(stream, state):
        await devices.serve(Tap(stream, kept), state.runtime)

    with mqtt_lab(serve) as lab:
        lab.kept = kept
        yield lab


@contextlib.contextmanager
def client(lab, *, keepalive=60, will=None, key=None, device=DEVICE):
    """A paho client whose CONNECT was answered; `.code` is what it was told."""
    host = lab.host
    key = key or lab.device().primary.reveal()
    made = paho.Client(CallbackAPIVersion.VERSION2, client_id=device, reconnect_on_failure=False)
    made.username_pw_set(
        f"{host}/{device}/?api-version=2021-04-12",
        sas.sign(f"{host}/devices/{device}", sas.iothub_key(key), int(time.time()) + 600),
    )
    if will:
        made.will_set(*will)
    context = lab.trust
    context.check_hostname = False  # paho would look for "127.0.0.1"; names are the subject of tests/simulate
    made.tls_set_context(context)
    codes = []
    made.on_connect = lambda _client, _data, _flags, reason, _properties: codes.append(reason)
    made.connect("127.0.0.1", lab.port, keepalive=keepalive)
    made.loop_start()
    try:
        made.code = lab.wait_for(lambda: codes, "CONNACK")[0]
        yield made
    finally:
        made.disconnect()
        made.loop_stop()


def packets(data):
    """Every packet in the bytes, with the bytes that it was."""
    buffer, found = mqtt.PacketBuffer(), []
    for byte in bytes(data):
        found.append(b"" if not found or found[-1][1] is not None else found.pop()[0])
        buffer.feed(bytes((byte,)))
        found[-1] = (found[-1] + bytes((byte,)), buffer.next())
    return [(packet, raw) for raw, packet in found]


def test_each_packet_of_paho_is_what_we_would_have_written(tapped):
    granted, ended = [], []
    with client(tapped, will=(EVENTS + "w=1", b"gone", 1, True)) as paho_client:
        paho_client.on_subscribe = lambda _c, _d, _mid, codes, _p: granted.extend(code.value for code in codes)
        paho_client.on_unsubscribe = lambda *_: ended.append(True)
        paho_client.publish(EVENTS, b"0", qos=0)
        sent = paho_client.publish(EVENTS + "a=%C3%A4&$.ct=x", b"\x00\xff" * 100, qos=1, retain=True)
        sent.wait_for_publish(DEADLINE)
        wanted = [("$iothub/twin/res/#", 2), ("$iothub/methods/POST/#", 0), ("foreign/+/x", 1)]
        paho_client.subscribe(wanted)
        tapped.wait_for(lambda: granted, "SUBACK")
        paho_client.unsubscribe(["$iothub/twin/res/#"])
        tapped.wait_for(lambda: ended, "UNSUBACK")
    assert granted == [1, 0, 128]
    tapped.wait_for(lambda: tapped.records("close"), "the end of the session")

    found = packets(tapped.kept)
    assert [mqtt.encode(packet) for packet, _ in found] == [raw for _, raw in found]
    assert [type(packet).__name__ for packet, _ in found] == [
        "Connect", "Publish", "Publish", "Subscribe", "Unsubscribe", "Disconnect"
    ]  # fmt: skip
    connect = found[0][0]
    assert (connect.client_id, connect.keep_alive, connect.clean_session) == (DEVICE, 60, True)
    assert connect.will == mqtt.Will(EVENTS + "w=1", b"gone", 1, True)
    assert found[2][0][:3] == (EVENTS + "a=%C3%A4&$.ct=x", b"\x00\xff" * 100, 1) and found[2][0].retain
    assert found[3][0].filters == tuple(wanted)


def test_keep_alive_keeps_a_session_alive(tapped):
    with client(tapped, keepalive=1) as paho_client:
        time.sleep(2.5)  # beyond 1.5 times the keep-alive
        assert paho_client.is_connected()
        paho_client.publish(EVENTS, b"still here", qos=1).wait_for_publish(DEADLINE)
    assert any(isinstance(packet, mqtt.PingReq) for packet, _ in packets(tapped.kept))
    assert [message.body for message in tapped.messages()] == [b"still here"]


@pytest.mark.parametrize("change", [{"key": "eHh4eHh4"}, {"device": "ghost"}])
def test_paho_understands_a_refusal(tapped, change):
    with client(tapped, **change) as paho_client:
        assert str(paho_client.code) == "Not authorized"


def test_random_messages_arrive_as_they_were(tapped):
    names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(lambda n: n[0] != "$")
    texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)

    with client(tapped) as paho_client:

        @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(st.binary(max_size=2000), st.dictionaries(names, texts, max_size=4), st.integers(0, 1))
        def run(body, properties, quality):
            before = len(tapped.messages())
            bag = "&".join(f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in properties.items())
            paho_client.publish(EVENTS + bag, body, qos=quality)
            tapped.wait_for(lambda: len(tapped.messages()) > before, "the message")
            message = tapped.messages()[-1]
            assert (message.body, message.application) == (body, properties)

        run()


def test_a_client_of_mqtt_5_is_recognised_and_refused(tapped):
    """As a classic hub refuses it: return code 1, in the form of MQTT 3.1.1."""
    made = paho.Client(CallbackAPIVersion.VERSION2, client_id=DEVICE, protocol=paho.MQTTv5, reconnect_on_failure=False)
    made.username_pw_set(f"{tapped.host}/{DEVICE}/?api-version=2021-04-12", "x")
    made.tls_set_context(tapped.trust)
    made.tls_insecure_set(True)
    made.connect("127.0.0.1", tapped.port)
    made.loop_start()
    try:
        (refused,) = tapped.wait_for(lambda: tapped.records("connect"), "the refusal")
    finally:
        made.loop_stop()
    assert (refused.who, refused.outcome, refused.details["code"]) == (DEVICE, "refused", 1)
    assert refused.reason == "the client speaks MQTT 5 (level 5), and a hub MQTT 3.1.1 (level 4) only"
