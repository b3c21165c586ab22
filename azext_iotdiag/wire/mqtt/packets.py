"""The 14 packets of MQTT 3.1.1 as plain tuples.

They are tuples: `PubAck(1) == PubRec(1)`, and an empty one such as `PingReq()` is false. Tell them apart by their type,
and compare what PacketBuffer.next returns with None.
"""

from __future__ import annotations

from typing import NamedTuple

PROTOCOL_NAME = "MQTT"
PROTOCOL_LEVEL = 4  # 3.1.2.2: MQTT 3.1.1
MQTT_5 = 5  # the level of the next version


class Will(NamedTuple):
    """The message that the server publishes when the connection ends without DISCONNECT."""

    topic: str
    payload: bytes = b""
    quality: int = 0
    retain: bool = False


class Connect(NamedTuple):
    """Client → server. `keep_alive` is in seconds, 0 for none.

    Where protocol and level are not those of MQTT 3.1.1, client id and user name alone are read, as far as they can be:
    such a packet is answered with CONNACK 1. An empty client id without a clean session is for the server to refuse
    (3.1.3-8).
    """

    client_id: str
    username: str | None = None
    password: bytes | None = None
    keep_alive: int = 0
    clean_session: bool = True
    will: Will | None = None
    protocol: str = PROTOCOL_NAME
    level: int = PROTOCOL_LEVEL


class ConnAck(NamedTuple):
    """Server → client. Code 0 accepted; 1 protocol level; 2 client id; 3 unavailable; 4 malformed login; 5 refused."""

    code: int
    session_present: bool = False


class Publish(NamedTuple):
    """A message, either way. `packet_id` is None exactly where `quality` is 0."""

    topic: str
    payload: bytes = b""
    quality: int = 0
    packet_id: int | None = None
    retain: bool = False
    duplicate: bool = False


class PubAck(NamedTuple):
    """The answer to a message of quality 1."""

    packet_id: int


class PubRec(NamedTuple):
    """The first answer to a message of quality 2."""

    packet_id: int


class PubRel(NamedTuple):
    """The answer to PubRec."""

    packet_id: int


class PubComp(NamedTuple):
    """The answer to PubRel."""

    packet_id: int


class Subscribe(NamedTuple):
    """Client → server: topic filters, each with the highest quality wanted."""

    packet_id: int
    filters: tuple[tuple[str, int], ...]


class SubAck(NamedTuple):
    """Server → client: for each filter the quality granted, or 128 for refused."""

    packet_id: int
    codes: tuple[int, ...]


class Unsubscribe(NamedTuple):
    """Client → server: topic filters no longer wanted."""

    packet_id: int
    filters: tuple[str, ...]


class UnsubAck(NamedTuple):
    """Server → client: the answer to Unsubscribe."""

    packet_id: int


class PingReq(NamedTuple):
    """Client → server: still there."""


class PingResp(NamedTuple):
    """Server → client: the answer to PingReq."""


class Disconnect(NamedTuple):
    """Client → server: a clean end; no will is published."""


Packet = (
    Connect
    | ConnAck
    | Publish
    | PubAck
    | PubRec
    | PubRel
    | PubComp
    | Subscribe
    | SubAck
    | Unsubscribe
    | UnsubAck
    | PingReq
    | PingResp
    | Disconnect
)

# 2.2.1 and 2.2.2: the type in the upper half of the first byte and the flags that are fixed in the lower half.
# PUBLISH is not fixed: its lower half holds duplicate, quality and retain.
FIRST_BYTE: dict[type, int] = {
    Connect: 0x10,
    ConnAck: 0x20,
    Publish: 0x30,
    PubAck: 0x40,
    PubRec: 0x50,
    PubRel: 0x62,
    PubComp: 0x70,
    Subscribe: 0x82,
    SubAck: 0x90,
    Unsubscribe: 0xA2,
    UnsubAck: 0xB0,
    PingReq: 0xC0,
    PingResp: 0xD0,
    Disconnect: 0xE0,
}
