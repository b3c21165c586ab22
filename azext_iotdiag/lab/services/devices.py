"""IoT Hub's MQTT side: a device connects, sends telemetry, and its session ends as on Azure.

Direct methods, cloud-to-device messages and reported properties are accepted and not answered yet.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from azext_iotdiag.lab.services import device_login as login
from azext_iotdiag.lab.services import device_topics as topics
from azext_iotdiag.wire import mqtt
from azext_iotdiag.wire.mqtt.fields import SUBSCRIPTION_REFUSED

if TYPE_CHECKING:
    from azext_iotdiag.lab.identities import Device
    from azext_iotdiag.lab.state import State
    from azext_iotdiag.lab.stream import TlsStream

CONNECT_WITHIN = 30.0  # seconds from the TLS handshake to CONNECT
LONGEST_SILENCE = 1767.0  # seconds; IoT Hub's cap on 1.5 times the keep-alive ("Use MQTT to connect to an IoT hub")


class _End(Exception):
    """The connection is over, for the reason in its text."""


class _Disconnected(_End):
    """The device sent DISCONNECT: its will is void (MQTT 3.1.1, 3.14.4-3)."""


@dataclass(eq=False)
class Session:
    """One device's connection, from an accepted CONNECT to its end. Times are in seconds."""

    stream: TlsStream
    device: Device
    expires: float
    silence: float
    will: mqtt.Will | None
    subscriptions: list[str] = field(default_factory=list)
    published: int = 0
    evicted_by: str = ""

    def evict(self, peer: str) -> None:
        """End the session because the same device connected again from `peer`."""
        self.evicted_by = peer
        self.stream.abort()


async def serve(stream: TlsStream, state: State) -> None:
    """Speak MQTT with one device until its connection is over."""
    packets = mqtt.PacketBuffer()
    try:
        session = await _connect(stream, packets, state)
    except (_End, ConnectionError) as end:
        state.audit.record("mqtt", "connect", "refused", peer=stream.peer, reason=str(end) or type(end).__name__)
        return
    if session is None:
        return
    device_id, reason, will = session.device.device_id, "", session.will
    try:
        while True:
            packet = await _next_packet(session, packets, state)
            await _answer(session, packet, state)
            await stream.drain()
    except _Disconnected as end:
        reason, will = str(end), None
    except _End as end:
        reason = str(end)
    except ConnectionError as error:
        reason = f"the connection broke off: {error or type(error).__name__}"
    finally:  # also when the lab stops or a defect of ours comes up: the next session must find nothing left
        if state.sessions.get(device_id) is session:
            del state.sessions[device_id]
            session.device.connected, session.device.connection_updated = False, state.clock()
        if session.evicted_by:
            reason = f"the same device connected again, from {session.evicted_by}"
        if will is not None:
            _publish_will(session, will, state)
        state.audit.record(
            "mqtt", "close", "ended", peer=stream.peer, who=device_id, published=session.published,
            reason=reason or "the lab ended it",
        )  # fmt: skip


async def _connect(stream: TlsStream, packets: mqtt.PacketBuffer, state: State) -> Session | None:
    """Wait for CONNECT and answer it. None: refused, and recorded."""
    try:
        packet = await asyncio.wait_for(_read_packet(stream, packets), CONNECT_WITHIN)
    except asyncio.TimeoutError:
        raise _End(f"no CONNECT within {CONNECT_WITHIN:.0f} s") from None
    if not isinstance(packet, mqtt.Connect):
        raise _End(f"the first packet is {type(packet).__name__}, not CONNECT")
    verdict = login.judge(packet, state.hub, state.clock())
    stream.write(mqtt.encode(mqtt.ConnAck(verdict.code)))
    await stream.drain()
    device = verdict.device
    if device is None:
        state.audit.record(
            "mqtt", "connect", "refused", peer=stream.peer, who=packet.client_id, reason=verdict.reason,
            code=verdict.code, username=packet.username or "",
        )  # fmt: skip
        return None
    silence = min(packet.keep_alive * 1.5 or LONGEST_SILENCE, LONGEST_SILENCE)
    session = Session(stream, device, verdict.expires, silence, packet.will)
    state.audit.record(
        "mqtt", "connect", "accepted", peer=stream.peer, who=device.device_id, keep_alive=packet.keep_alive,
        username=packet.username or "",
    )  # fmt: skip
    older = state.sessions.get(device.device_id)
    state.sessions[device.device_id] = session
    device.connected, device.last_activity, device.connection_updated = True, state.clock(), state.clock()
    if older is not None:
        older.evict(stream.peer)
    return session


async def _read_packet(stream: TlsStream, packets: mqtt.PacketBuffer) -> mqtt.Packet:
    try:
        while (packet := packets.next()) is None:
            data = await stream.read()
            if not data:
                raise _End("the device closed the connection without DISCONNECT")
            packets.feed(data)
    except mqtt.MalformedPacket as error:
        raise _End(f"not MQTT 3.1.1: {error}") from error
    except ConnectionError as error:
        raise _End(f"the connection broke off: {error or type(error).__name__}") from error
    return packet


async def _next_packet(session: Session, packets: mqtt.PacketBuffer, state: State) -> mqtt.Packet:
    """The next packet, as long as the device is neither silent for too long nor its token expired."""
    life = session.expires - state.clock()
    try:
        if life > 0:
            return await asyncio.wait_for(_read_packet(session.stream, packets), min(session.silence, life))
    except asyncio.TimeoutError:
        if session.silence < life:
            raise _End(f"nothing heard for {session.silence:g} s, 1.5 times the keep-alive") from None
    raise _End("the SAS token expired; over MQTT a device renews it by connecting again")


async def _answer(session: Session, packet: mqtt.Packet, state: State) -> None:
    session.device.last_activity = state.clock()
    write = session.stream.write
    match packet:
        case mqtt.Publish():
            _publish(session, packet, state)
            if packet.packet_id is not None:
                write(mqtt.encode(mqtt.PubAck(packet.packet_id)))
            if packet.topic.startswith(topics.TWIN_GET):
                _send_twin(session, topics.request_id(packet.topic))
        case mqtt.Subscribe():
            codes = tuple(_subscribe(session, *wanted, state) for wanted in packet.filters)
            write(mqtt.encode(mqtt.SubAck(packet.packet_id, codes)))
        case mqtt.Unsubscribe():
            session.subscriptions = [known for known in session.subscriptions if known not in packet.filters]
            write(mqtt.encode(mqtt.UnsubAck(packet.packet_id)))
        case mqtt.PingReq():
            write(mqtt.encode(mqtt.PingResp()))
        case mqtt.PubAck():
            return  # of a cloud-to-device message; none are sent yet
        case mqtt.Disconnect():
            raise _Disconnected("the device disconnected")
        case _:  # a second CONNECT (3.1.0-2), quality 2, or what only a server sends
            raise _End(f"{type(packet).__name__} has no place in a device's session")


def _publish(session: Session, packet: mqtt.Publish, state: State) -> None:
    """Store a message; raises _End, after a record of why, where IoT Hub closes the connection."""
    device_id = session.device.device_id
    try:
        if packet.quality == 2:
            raise _End("quality of service 2, which IoT Hub does not support")
        if topics.is_telemetry(packet.topic, device_id):
            _store(session.device, packet, state)
        elif not packet.topic.startswith((topics.TWIN_GET, topics.TWIN_REPORTED, topics.METHOD_ANSWERS)):
            raise _End(f"the topic {packet.topic!r} is not one of this device's")
    except _End as end:
        state.audit.record("mqtt", "publish", "refused", peer=session.stream.peer, who=device_id, reason=str(end))
        raise
    session.published += 1
    if session.published == 1:  # the others are counted in the record of the end
        state.audit.record(
            "mqtt", "publish", "accepted", peer=session.stream.peer, who=device_id, topic=packet.topic,
            bytes=len(packet.payload), quality=packet.quality,
        )  # fmt: skip


def _store(device: Device, packet: mqtt.Publish, state: State, **marks: str) -> None:
    """Hand telemetry to the hub. `marks` are properties that the hub adds by itself, with - for _ in their names."""
    try:
        telemetry = topics.read_telemetry(packet.topic, device.device_id)
    except ValueError as error:
        raise _End(f"a message property is not UTF-8: {error}") from error
    size = len(packet.payload) + telemetry.size
    if size > topics.MAX_MESSAGE:
        raise _End(f"a message of {size} bytes with its properties; IoT Hub takes {topics.MAX_MESSAGE} (256 KB)")
    if packet.retain:
        marks["mqtt_retain"] = "true"
    state.hub.telemetry(
        device,
        packet.payload,
        system=telemetry.system,
        properties=telemetry.properties | {name.replace("_", "-"): mark for name, mark in marks.items()},
        component=telemetry.component,
        auth="sas",
        now_ms=int(state.clock() * 1000),
    )


def _publish_will(session: Session, will: mqtt.Will, state: State) -> None:
    device, outcome, reason = session.device, "accepted", ""
    if topics.is_telemetry(will.topic, device.device_id):
        packet = mqtt.Publish(will.topic, will.payload, retain=will.retain)
        try:
            _store(device, packet, state, iothub_MessageType="Will")
        except _End as end:
            outcome, reason = "refused", str(end)
    else:
        outcome, reason = "refused", f"the will's topic {will.topic!r} is not where this device sends telemetry"
    state.audit.record("mqtt", "will", outcome, peer=session.stream.peer, who=device.device_id, reason=reason)


def _subscribe(session: Session, topic_filter: str, quality: int, state: State) -> int:
    """The code for one filter of a SUBSCRIBE: the quality granted, at most 1."""
    if not topics.is_subscribable(topic_filter, session.device.device_id):
        state.audit.record(
            "mqtt", "subscribe", "refused", peer=session.stream.peer, who=session.device.device_id,
            reason=f"{topic_filter!r} is not one of this device's topics",
        )  # fmt: skip
        return SUBSCRIPTION_REFUSED
    session.subscriptions.append(topic_filter)
    return min(quality, 1)


def _send_twin(session: Session, request_id: str) -> None:
    """Answer a twin request with a twin that is empty, the only one that the lab's devices have yet."""
    topic = f"{topics.TWIN_RESPONSES}200/?$rid={request_id}"
    if any(topics.covers(topic_filter, topic) for topic_filter in session.subscriptions):
        twin = json.dumps({"desired": {"$version": 1}, "reported": {"$version": 1}}).encode()
        session.stream.write(mqtt.encode(mqtt.Publish(topic, twin)))
