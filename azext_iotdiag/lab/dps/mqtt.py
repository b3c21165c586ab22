"""The Device Provisioning Service over MQTT.

https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-dps
"""

from __future__ import annotations

import asyncio
import json
import logging
from urllib.parse import parse_qsl

from azext_iotdiag.lab.audit.endings import BY_HUB, CLEAN, IDLE, KILLED
from azext_iotdiag.lab.audit.log import iso
from azext_iotdiag.lab.dps import device_api as dps_device
from azext_iotdiag.lab.dps import provisioning
from azext_iotdiag.lab.dps.provisioning import RETRY_SECONDS, DpsRefusal, Proof, attested
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net import mistakes
from azext_iotdiag.wire import mqtt
from azext_iotdiag.wire.mqtt.fields import SUBSCRIPTION_REFUSED

ANSWERS = "$dps/registrations/res/"
REGISTER = "$dps/registrations/PUT/iotdps-register/"
STATUS = "$dps/registrations/GET/iotdps-get-operationstatus/"
CONNECT_SECONDS = 30.0
LONGEST_SILENCE = 1767.0  # seconds, as at a hub
NOT_AUTHORISED, MALFORMED, UNAVAILABLE, WRONG_LEVEL = 5, 4, 3, 1

log = logging.getLogger(__name__)


class _End(Exception):
    """The connection is over, for the reason in its text; `how` is one of the audit's ENDINGS."""

    def __init__(self, reason: str, how: str = BY_HUB):
        super().__init__(reason)
        self.how = how


def is_user(username: str | None) -> bool:
    """Whether a client that connects with that user name wants to be provisioned."""
    parts = (username or "").split("/")
    return len(parts) > 2 and parts[1] == "registrations"


async def serve(stream, lab: Lab) -> None:
    """Speak MQTT with one device until its connection is over."""
    packets = mqtt.PacketBuffer()
    who, reason, how = "", "", ""
    try:
        first = await asyncio.wait_for(_next(stream, packets), CONNECT_SECONDS)
        if not isinstance(first, mqtt.Connect):
            raise _End(f"the first packet is {type(first).__name__}, not CONNECT")
        who = first.client_id
        code, reason = _judged(first, stream, lab)
        outcome = "refused" if code else "accepted"
        lab.audit.record(
            "dps", "connect", outcome, peer=stream.peer, who=who, reason=reason, code=code,
            **(attested("Mqtt", _user(first)[0]) if code == NOT_AUTHORISED else {}),
        )  # fmt: skip
        stream.write(mqtt.encode(mqtt.ConnAck(code)))
        await stream.drain()
        if code:
            return
        silence = min(first.keep_alive * 1.5 or LONGEST_SILENCE, LONGEST_SILENCE)
        while True:
            packet = await asyncio.wait_for(_next(stream, packets), silence)
            await _answer(stream, lab, first, packet)
            await stream.drain()
    except _End as end:
        reason, how = str(end), end.how
    except asyncio.TimeoutError:
        reason, how = "nothing was heard for too long", IDLE
    except ConnectionError as error:
        reason, how = f"the connection broke off: {error or type(error).__name__}", KILLED
    lab.audit.record("dps", "close", "ended", peer=stream.peer, who=who, reason=reason, ending=how)


async def _next(stream, packets: mqtt.PacketBuffer) -> mqtt.Packet:
    try:
        while (packet := packets.next()) is None:
            data = await stream.read()
            if not data:
                raise _End("the device closed the connection without DISCONNECT", KILLED)
            packets.feed(data)
    except mqtt.MalformedPacket as error:
        raise _End(f"not MQTT 3.1.1: {error}") from error
    return packet


def _judged(connect: mqtt.Connect, stream, lab: Lab) -> tuple[int, str]:
    """The same as `_login`, where the lab makes no mistake."""
    try:
        return _login(connect, stream, lab)
    except Exception as mistake:
        log.exception("the sign-in of %s: a mistake of the lab", stream.peer)
        return UNAVAILABLE, mistakes.reason(mistake)


def _login(connect: mqtt.Connect, stream, lab: Lab) -> tuple[int, str]:
    """The code of CONNACK, and the reason where it is not 0."""
    if connect.level != 4:
        return WRONG_LEVEL, f"the client speaks level {connect.level}, and the service MQTT 3.1.1 (level 4) only"
    if not is_user(connect.username):
        return MALFORMED, "the user name is not {idScope}/registrations/{registrationId}/api-version=..."
    id_scope, registration_id, query = _user(connect)
    if query.get("api-version", "") not in dps_device.API_VERSIONS:
        return MALFORMED, f"the api-version {query.get('api-version', '')!r} is not supported"
    if connect.client_id.lower() != registration_id.lower():
        return NOT_AUTHORISED, f"the client id is {connect.client_id!r}, the registration id {registration_id!r}"
    try:
        dps = dps_device.owner(lab, id_scope, stream.sni)
        if shut := dps.shut_to(stream.peer, "deviceApi"):
            return NOT_AUTHORISED, shut
        provisioning.attest(dps, id_scope, registration_id, _proof(connect, stream), lab.clock())
    except provisioning.WrongKey:
        return 0, ""  # the service says so when the device registers (MicrosoftDocs/azure-docs issue 43157)
    except DpsRefusal as refusal:
        provisioning.count_refusal(lab.provisioning, id_scope, lab.clock())
        return NOT_AUTHORISED, f"{refusal.code}: {refusal.reason}"
    return 0, ""


def _user(connect: mqtt.Connect) -> tuple[str, str, dict[str, str]]:
    id_scope, _, registration_id, *rest = (connect.username or "").split("/")
    return id_scope, registration_id, dict(parse_qsl("/".join(rest).lstrip("?"), keep_blank_values=True))


def _proof(connect: mqtt.Connect, stream) -> Proof:
    return Proof((connect.password or b"").decode("utf-8", "replace"), stream.peer_chain)


async def _answer(stream, lab: Lab, connect: mqtt.Connect, packet: mqtt.Packet) -> None:
    write = stream.write
    match packet:
        case mqtt.Publish():
            if packet.quality == 2:
                raise _End("quality of service 2, which is not supported")
            if packet.packet_id is not None:
                write(mqtt.encode(mqtt.PubAck(packet.packet_id)))
            await _request(stream, lab, connect, packet)
        case mqtt.Subscribe():
            granted = [
                min(quality, 1) if topic.startswith(ANSWERS) else SUBSCRIPTION_REFUSED
                for topic, quality in packet.filters
            ]
            write(mqtt.encode(mqtt.SubAck(packet.packet_id, tuple(granted))))
        case mqtt.Unsubscribe():
            write(mqtt.encode(mqtt.UnsubAck(packet.packet_id)))
        case mqtt.PingReq():
            write(mqtt.encode(mqtt.PingResp()))
        case mqtt.PubAck():
            return
        case mqtt.Disconnect():
            raise _End("the device disconnected", CLEAN)
        case _:
            raise _End(f"{type(packet).__name__} has no place in a device's session")


async def _request(stream, lab: Lab, connect: mqtt.Connect, packet: mqtt.Publish) -> None:
    """Answer a registration or a question after one."""
    query = dict(parse_qsl(packet.topic.partition("?")[2], keep_blank_values=True))
    id_scope, registration_id, _ = _user(connect)
    proof = _proof(connect, stream)
    try:
        if packet.topic.startswith(REGISTER):
            asked = dps_device.read_body(packet.payload)
            begun = dps_device.register(lab, id_scope, registration_id, asked, proof)
            status, data = 202, {"operationId": begun.id, "status": "assigning"}
        elif packet.topic.startswith(STATUS):
            data = await dps_device.status(lab, id_scope, registration_id, query.get("operationId", ""), proof)
            status = 202 if data["status"] == "assigning" else 200
        else:
            raise _End(f"the topic {packet.topic!r} is none of this service")
        reason = ""
    except DpsRefusal as refusal:
        if isinstance(refusal, provisioning.WrongKey):  # the code that was seen over MQTT
            refusal = DpsRefusal(401000, str(refusal), refusal.reason)
        status, data, reason = refusal.status, refusal.body(iso(lab.clock())), f"{refusal.code}: {refusal.reason}"
    except _End:
        raise
    except Exception as mistake:
        log.exception("%s of %s: a mistake of the lab", registration_id, stream.peer)
        status, data = 500, provisioning.mistaken().body(iso(lab.clock()))
        reason = mistakes.reason(mistake)
    outcome = "refused" if status >= 400 else "accepted"
    told = data.get("status", "")
    tried = attested("Mqtt", id_scope) if packet.topic.startswith(REGISTER) else {}
    lab.audit.record(
        "dps", "request", outcome, peer=stream.peer, who=registration_id, reason=reason, topic=packet.topic,
        status=told, **tried,
    )  # fmt: skip
    wait = f"&retry-after={RETRY_SECONDS}" if status in (202, 429) else ""
    topic = f"{ANSWERS}{status}/?$rid={query.get('$rid', '')}{wait}"
    stream.write(mqtt.encode(mqtt.Publish(topic, json.dumps(data).encode())))
