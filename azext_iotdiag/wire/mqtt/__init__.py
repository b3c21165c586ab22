"""MQTT 3.1.1 packets and their bytes, for both ends of a connection; what either end does with them is not here."""

from __future__ import annotations

from azext_iotdiag.wire.mqtt.fields import MalformedPacket
from azext_iotdiag.wire.mqtt.packets import (
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
from azext_iotdiag.wire.mqtt.reader import PacketBuffer, PacketTooLarge, decode
from azext_iotdiag.wire.mqtt.writer import encode

__all__ = [
    "ConnAck",
    "Connect",
    "Disconnect",
    "MalformedPacket",
    "Packet",
    "PacketBuffer",
    "PacketTooLarge",
    "PingReq",
    "PingResp",
    "PubAck",
    "PubComp",
    "PubRec",
    "PubRel",
    "Publish",
    "SubAck",
    "Subscribe",
    "UnsubAck",
    "Unsubscribe",
    "Will",
    "decode",
    "encode",
]
