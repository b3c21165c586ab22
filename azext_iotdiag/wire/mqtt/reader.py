"""From bytes to MQTT packets, whole or in pieces as a stream delivers them."""

from __future__ import annotations

from collections.abc import Callable

from azext_iotdiag.wire.mqtt.fields import (
    MAX_FIELD,
    Fields,
    MalformedPacket,
    check_quality,
    check_topic_filter,
    check_topic_name,
    refuse,
)
from azext_iotdiag.wire.mqtt.packets import (
    FIRST_BYTE,
    MQTT_5,
    PROTOCOL_LEVEL,
    PROTOCOL_NAME,
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
    Will,
)
from azext_iotdiag.wire.mqtt.writer import check_connack, check_suback

# A payload of 256 KiB (the most that services commonly take) after the longest topic and a packet identifier.
DEFAULT_MAX_SIZE = 256 * 1024 + 2 + MAX_FIELD + 2


class PacketTooLarge(MalformedPacket):
    """A packet that announces more bytes than the reader accepts; it is refused before they are read."""


class PacketBuffer:
    """Collects the bytes of one direction of a connection and gives them out as packets.

    `max_size` is the largest remaining length accepted, in bytes. After MalformedPacket the stream cannot be followed
    any more, and the buffer is of no further use.
    """

    def __init__(self, max_size: int = DEFAULT_MAX_SIZE):
        self._max_size = max_size
        self._data = bytearray()

    def feed(self, data: bytes) -> None:
        """Add bytes as they came."""
        self._data += data

    def next(self) -> Packet | None:
        """The next packet, or None if it is not complete yet. Raises MalformedPacket."""
        data = self._data
        if not data:
            return None
        _check_first_byte(data[0])
        length = _remaining_length(data)
        if length is None:
            return None
        start, size = length
        if size > self._max_size:
            raise PacketTooLarge(f"a packet of {size} bytes; at most {self._max_size} are accepted")
        if len(data) < start + size:
            return None
        first, body = data[0], bytes(data[start : start + size])
        del data[: start + size]
        return _packet(first, body)


def decode(data: bytes) -> Packet:
    """The packet that `data` is, from its first to its last byte. Raises MalformedPacket."""
    if not data:
        refuse("no bytes at all")
    _check_first_byte(data[0])
    length = _remaining_length(data)
    if length is None:
        refuse("the packet ends within its length")
    start, size = length
    if len(data) != start + size:
        refuse(f"the packet announces {size} bytes and has {len(data) - start}")
    return _packet(data[0], bytes(data[start:]))


def _remaining_length(data: bytes | bytearray) -> tuple[int, int] | None:
    """Where the body starts and how long it is; None if the length is not complete."""
    size = 0
    for number, byte in enumerate(data[1:5]):
        size |= (byte & 127) << 7 * number
        if byte < 128:
            return number + 2, size
    if len(data) >= 5:
        refuse("the remaining length has more than four bytes")  # 2.2.3
    return None


def _check_first_byte(first: int) -> None:
    kind = _KINDS.get(first >> 4)
    if kind is None:
        refuse(f"packet type {first >> 4} is reserved")  # 2.2.1
    if kind is not Publish and first != FIRST_BYTE[kind]:
        refuse(f"{kind.__name__} with the reserved flags {first & 15:04b}")  # 2.2.2-2


def _packet(first: int, body: bytes) -> Packet:
    fields = Fields(body)
    packet = _publish(first & 15, fields) if first >> 4 == _PUBLISH else _READERS[_KINDS[first >> 4]](fields)
    fields.end()
    return packet


def _connect(fields: Fields) -> Connect:
    protocol, level = fields.text("protocol name"), fields.byte("protocol level")
    if protocol != PROTOCOL_NAME and (protocol, level) != ("MQIsdp", 3):  # the second is how MQTT 3.1 begins
        refuse(f"the protocol name is {protocol!r}")
    if level != PROTOCOL_LEVEL:
        client_id, username = _named(fields, level)
        fields.rest()
        return Connect(client_id, username, protocol=protocol, level=level)
    flags, keep_alive = fields.byte("connect flags"), fields.short("keep alive")
    if flags & 1:
        refuse("the reserved connect flag is set")  # 3.1.2-3
    if not flags & 0x04 and flags & 0x38:
        refuse("connect flags of a will without a will")  # 3.1.2-13, 3.1.2-15
    if flags & 0x40 and not flags & 0x80:
        refuse("a password without a user name")  # 3.1.2-22
    client_id = fields.text("client identifier")
    will = None
    if flags & 0x04:
        quality = check_quality(flags >> 3 & 3)
        topic = check_topic_name(fields.text("will topic"))
        will = Will(topic, fields.binary("will message"), quality, bool(flags & 0x20))
    username = fields.text("user name") if flags & 0x80 else None
    password = fields.binary("password") if flags & 0x40 else None
    return Connect(client_id, username, password, keep_alive, bool(flags & 0x02), will)


def _named(fields: Fields, level: int) -> tuple[str, str | None]:
    """Who connects with another version, and the user name: for the record of the refusal, so nothing is judged."""
    client_id, username = "", None
    try:
        flags = fields.byte("connect flags")
        fields.short("keep alive")
        if level >= MQTT_5:
            _properties(fields)
        client_id = fields.text("client identifier")
        if flags & 0x04:
            if level >= MQTT_5:
                _properties(fields)
            fields.binary("will topic")
            fields.binary("will message")
        username = fields.text("user name") if flags & 0x80 else None
    except MalformedPacket:
        return client_id, None
    return client_id, username


def _properties(fields: Fields) -> None:
    """Pass over the properties of MQTT 5 (2.2.2)."""
    size = 0
    for number in range(4):
        byte = fields.byte("property length")
        size |= (byte & 127) << 7 * number
        if byte < 128:
            break
    fields.take(size, "properties")


def _connack(fields: Fields) -> ConnAck:
    flags, code = fields.byte("connect acknowledge flags"), fields.byte("return code")
    if flags & 0xFE:
        refuse("reserved connect acknowledge flags are set")  # 3.2.2.1
    return check_connack(ConnAck(code, bool(flags)))


def _publish(flags: int, fields: Fields) -> Publish:
    quality, duplicate = check_quality(flags >> 1 & 3), bool(flags & 8)
    if duplicate and not quality:
        refuse("a duplicate of quality 0")  # 3.3.1-2
    topic = check_topic_name(fields.text("topic name"))
    packet_id = fields.packet_id() if quality else None
    return Publish(topic, fields.rest(), quality, packet_id, bool(flags & 1), duplicate)


def _subscribe(fields: Fields) -> Subscribe:
    packet_id, filters = fields.packet_id(), list[tuple[str, int]]()
    while fields.left or not filters:
        topic_filter = check_topic_filter(fields.text("topic filter"))
        filters.append((topic_filter, check_quality(fields.byte("requested quality"))))
    return Subscribe(packet_id, tuple(filters))


def _suback(fields: Fields) -> SubAck:
    return check_suback(SubAck(fields.packet_id(), tuple(fields.rest())))


def _unsubscribe(fields: Fields) -> Unsubscribe:
    packet_id, filters = fields.packet_id(), list[str]()
    while fields.left or not filters:
        filters.append(check_topic_filter(fields.text("topic filter")))
    return Unsubscribe(packet_id, tuple(filters))


_READERS: dict[type, Callable[[Fields], Packet]] = {
    Connect: _connect,
    ConnAck: _connack,
    PubAck: lambda fields: PubAck(fields.packet_id()),
    PubRec: lambda fields: PubRec(fields.packet_id()),
    PubRel: lambda fields: PubRel(fields.packet_id()),
    PubComp: lambda fields: PubComp(fields.packet_id()),
    Subscribe: _subscribe,
    SubAck: _suback,
    Unsubscribe: _unsubscribe,
    UnsubAck: lambda fields: UnsubAck(fields.packet_id()),
    PingReq: lambda fields: PingReq(),
    PingResp: lambda fields: PingResp(),
    Disconnect: lambda fields: Disconnect(),
}
_KINDS: dict[int, type] = {first >> 4: kind for kind, first in FIRST_BYTE.items()}
_PUBLISH = FIRST_BYTE[Publish] >> 4
