"""Packets in our MQTT codec and in one that is not ours, npm mqtt-packet's, in both directions.

Packets are made at random, always the same; mqtt-packet runs once for all of them.
"""

from __future__ import annotations

import random

import pytest

from azext_iotdiag.wire import mqtt
from tests.conformance.other_codecs import Json, MqttPacket, ask, words

CASES = 60  # of each kind

NUMBERED = {
    mqtt.PubAck: "puback",
    mqtt.PubRec: "pubrec",
    mqtt.PubRel: "pubrel",
    mqtt.PubComp: "pubcomp",
    mqtt.UnsubAck: "unsuback",
}
BARE = {mqtt.PingReq: "pingreq", mqtt.PingResp: "pingresp", mqtt.Disconnect: "disconnect"}


def number(rng: random.Random) -> int:
    return rng.choice([1, 127, 128, 255, 256, 65_535])


def octets(rng: random.Random) -> bytes:
    """Sizes around those at which the remaining length grows by a byte."""
    return rng.randbytes(rng.choice([0, 1, 20, 100, 127, 128, 16_300, 16_384, 70_000]))


def topic(rng: random.Random) -> str:
    return "devices/" + words(rng, "aß€😀 $/%=&")


def topic_filter(rng: random.Random) -> str:
    return rng.choice(["#", "+", "$iothub/twin/res/#", "+/a/+", "a/+/#", topic(rng)])


def connect(rng: random.Random) -> mqtt.Connect:
    will = None
    if rng.random() < 0.5:
        will = mqtt.Will(topic(rng), rng.randbytes(rng.choice([0, 1, 300])), rng.randrange(3), rng.random() < 0.5)
    username = words(rng, "aß€😀=&?") if rng.random() < 0.7 else None
    password = rng.randbytes(rng.choice([0, 1, 300])) if username is not None and rng.random() < 0.7 else None
    clean = rng.random() < 0.5
    # A client without a name cannot keep a session, and mqtt-packet refuses to write that.
    name = words(rng, "aß-") if clean else "d" + words(rng, "aß-")
    return mqtt.Connect(name, username, password, rng.choice([0, 1, 60, 65_535]), clean, will)


def publish(rng: random.Random) -> mqtt.Publish:
    quality = rng.randrange(3)
    retain = rng.random() < 0.5
    if not quality:
        return mqtt.Publish(topic(rng), octets(rng), 0, None, retain)
    return mqtt.Publish(topic(rng), octets(rng), quality, number(rng), retain, rng.random() < 0.5)


MAKERS = {
    mqtt.Connect: connect,
    mqtt.ConnAck: lambda rng: rng.choice([*map(mqtt.ConnAck, range(6)), mqtt.ConnAck(0, True)]),
    mqtt.Publish: publish,
    mqtt.Subscribe: lambda rng: mqtt.Subscribe(
        number(rng), tuple((topic_filter(rng), rng.randrange(3)) for _ in range(rng.choice([1, 2, 9])))
    ),
    mqtt.SubAck: lambda rng: mqtt.SubAck(number(rng), tuple(rng.choices([0, 1, 2, 128], k=rng.choice([1, 2, 200])))),
    mqtt.Unsubscribe: lambda rng: mqtt.Unsubscribe(
        number(rng), tuple(topic_filter(rng) for _ in range(rng.choice([1, 2, 9])))
    ),
}


def told(packet: mqtt.Packet) -> Json:
    """The packet in mqtt-packet's words."""
    match packet:
        case mqtt.Connect():
            words_ = {
                "cmd": "connect", "protocolId": "MQTT", "protocolVersion": 4, "clientId": packet.client_id,
                "clean": packet.clean_session, "keepalive": packet.keep_alive,
            }  # fmt: skip
            if packet.will:
                words_["will"] = {
                    "topic": packet.will.topic, "payload": packet.will.payload.hex(), "qos": packet.will.quality,
                    "retain": packet.will.retain,
                }  # fmt: skip
            if packet.username is not None:
                words_["username"] = packet.username
            if packet.password is not None:
                words_["password"] = packet.password.hex()
            return words_
        case mqtt.ConnAck():
            return {"cmd": "connack", "returnCode": packet.code, "sessionPresent": packet.session_present}
        case mqtt.Publish():
            words_ = {
                "cmd": "publish", "topic": packet.topic, "payload": packet.payload.hex(), "qos": packet.quality,
                "retain": packet.retain, "dup": packet.duplicate,
            }  # fmt: skip
            return words_ if packet.packet_id is None else {**words_, "messageId": packet.packet_id}
        case mqtt.Subscribe():
            wanted = [{"topic": name, "qos": quality} for name, quality in packet.filters]
            return {"cmd": "subscribe", "messageId": packet.packet_id, "subscriptions": wanted}
        case mqtt.SubAck():
            return {"cmd": "suback", "messageId": packet.packet_id, "granted": list(packet.codes)}
        case mqtt.Unsubscribe():
            return {"cmd": "unsubscribe", "messageId": packet.packet_id, "unsubscriptions": list(packet.filters)}
    if type(packet) in BARE:
        return {"cmd": BARE[type(packet)]}
    return {"cmd": NUMBERED[type(packet)], "messageId": packet.packet_id}


def test_packets(node_modules: str) -> None:
    rng = random.Random(1)
    packets: list[mqtt.Packet] = [make(rng) for make in MAKERS.values() for _ in range(CASES)]
    packets += [kind(number(rng)) for kind in NUMBERED for _ in range(6)]
    packets += [kind() for kind in BARE]
    requests = [{"hex": mqtt.encode(packet).hex(), "packet": told(packet)} for packet in packets]
    for packet, request, reply in zip(packets, requests, ask(MqttPacket(node_modules), requests), strict=True):
        assert {name: reply["packet"].get(name) for name in request["packet"]} == request["packet"], (
            "they read what we wrote"
        )
        read = mqtt.decode(bytes.fromhex(reply["hex"]))
        assert (type(read), read) == (type(packet), packet), "we read what they wrote"
        assert reply["hex"] == request["hex"], "a packet can be written in one way only"


def test_every_kind_of_packet_is_there() -> None:
    """Those of the table in the codec itself."""
    assert {*MAKERS, *NUMBERED, *BARE} == {*mqtt.packets.FIRST_BYTE}


@pytest.mark.parametrize(("packet", "field"), [(mqtt.PubAck(7), "messageId"), (mqtt.Publish("a/b"), "topic")])
def test_a_difference_is_seen(node_modules: str, packet: mqtt.Packet, field: str) -> None:
    """So that the comparison above is known to be able to fail."""
    other = mqtt.PubAck(8) if isinstance(packet, mqtt.PubAck) else mqtt.Publish("a/c")
    (reply,) = ask(MqttPacket(node_modules), [{"hex": mqtt.encode(other).hex(), "packet": told(packet)}])
    assert reply["packet"][field] != told(packet)[field] and reply["hex"] != mqtt.encode(other).hex()
