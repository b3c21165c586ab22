"""From an MQTT packet to its bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azext_iotdiag.wire.mqtt.fields import (
    SUBSCRIPTION_REFUSED,
    check_packet_id,
    check_quality,
    check_topic_filter,
    check_topic_name,
    encode_binary,
    encode_length,
    encode_short,
    encode_text,
    refuse,
)
from azext_iotdiag.wire.mqtt.packets import (
    FIRST_BYTE,
    ConnAck,
    Connect,
    Disconnect,
    Packet,
    PingReq,
    PingResp,
    PubAck,
    PubComp,
    Publish,
    PubRec,
    PubRel,
    SubAck,
    Subscribe,
    UnsubAck,
    Unsubscribe,
)


def encode(packet: Packet) -> bytes:
    """The bytes of a packet. Raises MalformedPacket for values that MQTT 3.1.1 forbids."""
    flags, body = _WRITERS[type(packet)](packet)
    return bytes((FIRST_BYTE[type(packet)] | flags,)) + encode_length(len(body)) + body


def _connect(packet: Connect) -> tuple[int, bytes]:
    if packet.password is not None and packet.username is None:
        refuse("a password without a user name")  # 3.1.2-22
    flags = packet.clean_session << 1 | (packet.username is not None) << 7 | (packet.password is not None) << 6
    payload = encode_text(packet.client_id)
    if packet.will is not None:
        flags |= 1 << 2 | check_quality(packet.will.quality) << 3 | packet.will.retain << 5
        payload += encode_text(check_topic_name(packet.will.topic)) + encode_binary(packet.will.payload)
    if packet.username is not None:
        payload += encode_text(packet.username)
    if packet.password is not None:
        payload += encode_binary(packet.password)
    if not 0 <= packet.level <= 0xFF:
        refuse(f"protocol level {packet.level} does not fit one byte")
    return 0, encode_text(packet.protocol) + bytes((packet.level, flags)) + encode_short(packet.keep_alive) + payload


def _connack(packet: ConnAck) -> tuple[int, bytes]:
    check_connack(packet)
    return 0, bytes((packet.session_present, packet.code))


def check_connack(packet: ConnAck) -> ConnAck:
    """The answer to CONNECT (3.2.2): codes 0 to 5, a session only where the connection was accepted."""
    if not 0 <= packet.code <= 5:
        refuse(f"CONNACK code {packet.code} does not exist")
    if packet.session_present and packet.code:
        refuse("a CONNACK that refuses and has a session")
    return packet


def _publish(packet: Publish) -> tuple[int, bytes]:
    check_quality(packet.quality)
    if packet.quality == 0 and packet.duplicate:
        refuse("a duplicate of quality 0")  # 3.3.1-2
    if packet.quality == 0 and packet.packet_id is not None:
        refuse("a packet identifier on a message of quality 0")  # 2.3.1-5
    body = encode_text(check_topic_name(packet.topic))
    if packet.quality:
        body += encode_short(check_packet_id(packet.packet_id))
    return packet.duplicate << 3 | packet.quality << 1 | packet.retain, body + packet.payload


def _packet_id(packet: PubAck | PubRec | PubRel | PubComp | UnsubAck) -> tuple[int, bytes]:
    return 0, encode_short(check_packet_id(packet.packet_id))


def _subscribe(packet: Subscribe) -> tuple[int, bytes]:
    if not packet.filters:
        refuse("SUBSCRIBE without a topic filter")  # 3.8.3-3
    body = encode_short(check_packet_id(packet.packet_id))
    for topic_filter, quality in packet.filters:
        body += encode_text(check_topic_filter(topic_filter)) + bytes((check_quality(quality),))
    return 0, body


def _suback(packet: SubAck) -> tuple[int, bytes]:
    check_suback(packet)
    return 0, encode_short(check_packet_id(packet.packet_id)) + bytes(packet.codes)


def check_suback(packet: SubAck) -> SubAck:
    """The answer to SUBSCRIBE (3.9.3): one code for each filter."""
    if not packet.codes:
        refuse("SUBACK without a code")
    for code in packet.codes:
        if code not in (0, 1, 2, SUBSCRIPTION_REFUSED):
            refuse(f"SUBACK code {code} does not exist")
    return packet


def _unsubscribe(packet: Unsubscribe) -> tuple[int, bytes]:
    if not packet.filters:
        refuse("UNSUBSCRIBE without a topic filter")  # 3.10.3-2
    filters = b"".join(encode_text(check_topic_filter(topic_filter)) for topic_filter in packet.filters)
    return 0, encode_short(check_packet_id(packet.packet_id)) + filters


def _empty(_packet: Packet) -> tuple[int, bytes]:
    return 0, b""


# Each returns the flags that vary and the body.
_WRITERS: dict[type, Callable[[Any], tuple[int, bytes]]] = {
    Connect: _connect,
    ConnAck: _connack,
    Publish: _publish,
    PubAck: _packet_id,
    PubRec: _packet_id,
    PubRel: _packet_id,
    PubComp: _packet_id,
    Subscribe: _subscribe,
    SubAck: _suback,
    Unsubscribe: _unsubscribe,
    UnsubAck: _packet_id,
    PingReq: _empty,
    PingResp: _empty,
    Disconnect: _empty,
}
