"""IoT Hub's MQTT side: a device connects, is heard as long as it may be, and its session ends as on Azure."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from azext_iotdiag.lab.audit.endings import CLEAN, IDLE, KILLED
from azext_iotdiag.lab.faults.table import CONNACK_MISSING, CONNACK_REFUSED, DEVICE_DROPPED
from azext_iotdiag.lab.hub import refusal
from azext_iotdiag.lab.hub.mqtt import login, topics
from azext_iotdiag.lab.hub.mqtt.session import ConnectionEnd, MqttDevice, store
from azext_iotdiag.lab.net import mistakes
from azext_iotdiag.wire import mqtt

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.runtime import Runtime
    from azext_iotdiag.lab.net.stream import TlsStream

CONNECT_WITHIN = 30.0  # seconds from the TLS handshake to CONNECT
LONGEST_SILENCE = 1767.0  # seconds; IoT Hub's cap on 1.5 times the keep-alive ("Use MQTT to connect to an IoT hub")
DRAIN_WITHIN = 60.0  # seconds for a peer to read what it was answered
# Codes of the Connections log, which is where the hub says how a connection ended.
TOKEN_EXPIRED, CLOSED_REMOTELY = 401003, 404104
TIMED_OUT = 500008  # a request to connect that was not completed
# What a hub logs where it answers CONNECT with these return codes. It logs nothing of a wrong version or client id.
_LOGGED = {login.UNAVAILABLE: 500001, 4: TOKEN_EXPIRED, login.NOT_AUTHORISED: TOKEN_EXPIRED}


log = logging.getLogger(__name__)


class _Disconnected(ConnectionEnd):
    """The device sent DISCONNECT: its will is void (MQTT 3.1.1, 3.14.4-3)."""


async def serve(stream: TlsStream, runtime: Runtime) -> None:
    """Speak MQTT with one device until its connection is over."""
    packets = mqtt.PacketBuffer()
    try:
        device = await _connect(stream, packets, runtime)
    except (ConnectionEnd, ConnectionError) as end:
        runtime.record("mqtt", "connect", "refused", peer=stream.peer, reason=str(end) or type(end).__name__)
        return
    if device is None:
        return
    end = ConnectionEnd("the lab ended it")
    try:
        device.begin()
        drops_at = _drops_at(runtime)
        while True:
            packet = await _next_packet(device, packets, drops_at)
            _answer(device, packet)
            await asyncio.wait_for(stream.drain(), DRAIN_WITHIN)
    except ConnectionEnd as wanted:
        end = wanted
    except asyncio.TimeoutError:
        end = ConnectionEnd(f"the device read nothing for {DRAIN_WITHIN:.0f} s", CLOSED_REMOTELY, IDLE)
    except ConnectionError as error:
        end = _broken(error)
    except Exception as mistake:
        log.exception("%s of %s: a mistake of the lab", device.device.name, stream.peer)
        end = ConnectionEnd(mistakes.reason(mistake), refusal.MISTAKE)
    finally:  # also when the lab stops or a defect of ours comes up: the next session must find nothing left
        device.leave()
        if device.will is not None and not isinstance(end, _Disconnected):
            _publish_will(device, device.will)
        why = device.ended_by or end
        details = {"websocket": stream.over_websocket, **({"code": why.code} if why.code else {})}
        device.audit("close", "ended", str(why), ending=why.how, published=device.published, **details)


def _broken(error: ConnectionError) -> ConnectionEnd:
    return ConnectionEnd(f"the connection broke off: {error or type(error).__name__}", CLOSED_REMOTELY, KILLED)


async def _connect(stream: TlsStream, packets: mqtt.PacketBuffer, runtime: Runtime) -> MqttDevice | None:
    """Wait for CONNECT and answer it. None: refused, and recorded."""
    try:
        packet = await asyncio.wait_for(_read_packet(stream, packets), CONNECT_WITHIN)
    except asyncio.TimeoutError:
        raise ConnectionEnd(f"no CONNECT within {CONNECT_WITHIN:.0f} s") from None
    if not isinstance(packet, mqtt.Connect):
        raise ConnectionEnd(f"the first packet is {type(packet).__name__}, not CONNECT")
    try:
        verdict = login.judge(packet, runtime, stream.peer_chain, stream.peer)
    except Exception as mistake:
        log.exception("the sign-in of %s: a mistake of the lab", stream.peer)
        verdict = login.ConnectAnswer(login.UNAVAILABLE, mistakes.reason(mistake))
    if runtime.faults.use(CONNACK_MISSING):
        runtime.record(
            "mqtt",
            "connect",
            "refused",
            peer=stream.peer,
            who=packet.client_id,
            reason="the fault connack-missing is on",
            log=TIMED_OUT,
        )
        await _until_gone(stream)
        return None
    if (fault := runtime.faults.find(CONNACK_REFUSED)) is not None and runtime.faults.use(CONNACK_REFUSED):
        code = min(max(fault["code"], 1), 5)
        verdict = login.ConnectAnswer(code, "the fault connack-refused is on", log=_LOGGED.get(code, 0))
    kept = verdict.access is not None and not packet.clean_session and verdict.access.device.name in runtime.kept
    stream.write(mqtt.encode(mqtt.ConnAck(verdict.code, session_present=kept)))
    access = verdict.access
    if access is None or access.device is None:
        runtime.record(
            "mqtt", "connect", "refused", peer=stream.peer, who=packet.client_id, reason=verdict.reason,
            code=verdict.code, username=packet.username or "", log=verdict.log, auth=verdict.auth,
            **_way(stream, verdict.sdk),
        )  # fmt: skip
        return None
    silence = min(packet.keep_alive * 1.5 or LONGEST_SILENCE, LONGEST_SILENCE)
    device = MqttDevice(stream, runtime, access, access.device, silence, packet.will, packet.clean_session,
                        verdict.version)  # fmt: skip
    told: dict[str, str | bool] = {"username": packet.username or "", "auth": access.auth, **_way(stream, verdict.sdk)}
    device.audit("connect", "accepted", keep_alive=packet.keep_alive, **told)
    return device


def _way(stream: TlsStream, sdk: str) -> dict[str, str | bool]:
    """How a device came, for the log: with which client, and over what."""
    return {"sdk": sdk, "tls": stream.tls, "websocket": stream.over_websocket}


def _drops_at(runtime: Runtime) -> float:
    """When the fault device-dropped ends the connection, by the loop's clock."""
    fault = runtime.faults.find(DEVICE_DROPPED)
    if fault is None or not runtime.faults.use(DEVICE_DROPPED):
        return float("inf")
    return asyncio.get_running_loop().time() + fault["after"]


async def _until_gone(stream: TlsStream) -> None:
    while await stream.read():
        pass


async def _read_packet(stream: TlsStream, packets: mqtt.PacketBuffer) -> mqtt.Packet:
    try:
        while (packet := packets.next()) is None:
            data = await stream.read()
            if not data:
                raise ConnectionEnd("the device closed the connection without DISCONNECT", CLOSED_REMOTELY, KILLED)
            packets.feed(data)
    except mqtt.MalformedPacket as error:
        raise ConnectionEnd(f"not MQTT 3.1.1: {error}") from error
    except ConnectionError as error:
        raise _broken(error) from error
    return packet


async def _next_packet(device: MqttDevice, packets: mqtt.PacketBuffer, drops_at: float) -> mqtt.Packet:
    """The next packet, as long as the device is neither silent for too long nor its token expired."""
    ends = {
        device.silence: ConnectionEnd(
            f"nothing heard for {device.silence:g} s, 1.5 times the keep-alive", CLOSED_REMOTELY, IDLE
        ),
        device.access.expires - device.runtime.clock(): ConnectionEnd(
            "the SAS token expired; over MQTT a device renews it by connecting again", TOKEN_EXPIRED
        ),
        drops_at - asyncio.get_running_loop().time(): ConnectionEnd("the fault device-dropped is on", CLOSED_REMOTELY),
    }
    first = min(ends)
    try:
        if first > 0:
            return await asyncio.wait_for(_read_packet(device.stream, packets), first)
    except asyncio.TimeoutError:
        pass
    raise ends[first]


def _answer(device: MqttDevice, packet: mqtt.Packet) -> None:
    device.device.last_activity = device.runtime.clock()
    write = device.stream.write
    match packet:
        case mqtt.Publish():
            device.publish(packet)
        case mqtt.Subscribe():
            codes = tuple(device.subscribe(*wanted) for wanted in packet.filters)
            write(mqtt.encode(mqtt.SubAck(packet.packet_id, codes)))
            device.subscribed()
        case mqtt.Unsubscribe():
            device.unsubscribe(packet.filters)
            write(mqtt.encode(mqtt.UnsubAck(packet.packet_id)))
        case mqtt.PingReq():
            write(mqtt.encode(mqtt.PingResp()))
        case mqtt.PubAck():
            device.acknowledge(packet.packet_id)
        case mqtt.Disconnect():
            raise _Disconnected("the device disconnected", how=CLEAN)
        case _:  # a second CONNECT (3.1.0-2), quality 2, or what only a server sends
            raise ConnectionEnd(f"{type(packet).__name__} has no place in a device's session")


def _publish_will(device: MqttDevice, will: mqtt.Will) -> None:
    outcome, reason = "accepted", ""
    if topics.is_telemetry(will.topic, device.device.path):
        try:
            store(device, mqtt.Publish(will.topic, will.payload, retain=will.retain), {"iothub-MessageType": "Will"})
        except ConnectionEnd as end:
            outcome, reason = "refused", str(end)
    else:
        outcome, reason = "refused", f"the will's topic {will.topic!r} is not where this device sends telemetry"
    device.audit("will", outcome, reason)
