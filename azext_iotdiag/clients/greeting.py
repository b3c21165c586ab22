"""The first words of each protocol to a host, without any credential, and who answers them.

A hub refuses what is asked here. Any refusal of its own proves that name, TCP, TLS and trust are right. Ids of devices
begin with PROBE, so that rows in a hub's log that come from here can be told from those of devices.
"""

from __future__ import annotations

import contextlib
import re
import time
import uuid
from typing import NamedTuple

import h11
import wsproto

from azext_iotdiag.clients import websocket
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.hub import API_VERSION
from azext_iotdiag.clients.transport import Transport
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.network import HostKind, Protocol, Speaker
from azext_iotdiag.wire import mqtt

PROBE = "iot-diag-probe-"
AMQP_STEP = "the protocol header of AMQP"
CONNACK_STEP = "the CONNACK of MQTT"
HTTP_STEP = "the answer over HTTPS"

_SASL_HEADER = b"AMQP\x03\x01\x00\x00"  # OASIS amqp-core-security, 5.3.1
_CONNACK = 0x20
_ACCEPTED, _OTHER_VERSION = 0, 1  # MQTT 3.1.1, 3.2.2.3
_FIRST_OF_5 = 0x80  # the reason codes of MQTT 5 that refuse begin here. MQTT 5, 3.2.2.2
_LARGEST = 8192  # bytes of an answer that are read
_WORDS = 80  # characters of an answer that are shown
_HTML = (b"<!doctype html", b"<html")
_PAGE = re.compile(rb"HTTP/[\d.]+ (?:2|3|511)")  # any web server answers 4xx to what it cannot read
_PORTAL = 511  # Network Authentication Required. RFC 6585, 6
_WEBSOCKET_PATHS = {
    HostKind.EVENT_HUBS: "/$servicebus/websocket",
    HostKind.EVENT_GRID: "/mqtt",
}
_HTTPS_PATHS = {HostKind.CENTRAL: "/api/devices?api-version=2022-07-31"}
_OF_DEVICES = frozenset({HostKind.HUB, HostKind.UNKNOWN})  # hosts that are asked as devices ask
_HUB_PATH = "/$iothub/websocket?iothub-no-client-cert=true"
_HEADERS_OF_SERVICE = ("iothub-errorcode", "iothub-messagelocktoken")
_NAMES_OF_ERROR = (b'"Message"', b'"errorCode"', b'"ExceptionMessage"', b'"trackingId"')


class Heard(NamedTuple):
    """Who answered, as far as the answer tells, and its words."""

    speaker: Speaker
    reply: str


def probe_id() -> str:
    """The id of a device that there is none of."""
    return PROBE + uuid.uuid4().hex[:12]


def greet(below: Transport, protocol: Protocol, kind: HostKind, seconds: float, deadlines: Deadlines) -> Heard:
    """Say the first words of a protocol on a connection, and wait so many seconds for the answer. Raises StepFailed."""
    if protocol is Protocol.MQTT:
        return _mqtt(below, seconds)
    if protocol is Protocol.AMQP:
        return _amqp(below, seconds)
    if protocol is Protocol.HTTPS:
        return _https(below, kind, seconds)
    return _websocket(below, _websocket_path(kind), _subprotocol(protocol), deadlines)


def first_words(protocol: Protocol, kind: HostKind, host: str) -> bytes:
    """The first words of a protocol to a host as bytes: what `greet` sends, for a program that speaks no protocol."""
    if protocol is Protocol.MQTT:
        return _connect(host)
    if protocol is Protocol.AMQP:
        return _SASL_HEADER
    if protocol is Protocol.HTTPS:
        return _request(h11.Connection(h11.CLIENT), kind, host)
    asked = wsproto.events.Request(host=host, target=_websocket_path(kind), subprotocols=[_subprotocol(protocol)])
    return wsproto.WSConnection(wsproto.ConnectionType.CLIENT).send(asked)


def speaks_mqtt_5(below: Transport, seconds: float) -> bool:
    """Whether a CONNECT of MQTT 5 is answered in MQTT 5, with whatever reason. Raises StepFailed."""
    below.send(connect_of_mqtt_5(), CONNACK_STEP, seconds)
    return _is_of_mqtt_5(_read(below, 4, CONNACK_STEP, seconds))


def connect_of_mqtt_5() -> bytes:
    """A CONNECT of MQTT 5 without a login."""
    id_ = probe_id().encode()
    # Flags: clean start, and no login. Then keep alive, no properties, and the client's id. MQTT 5, 3.1
    body = b"\x00\x04MQTT\x05\x02\x00\x3c\x00" + len(id_).to_bytes(2, "big") + id_
    return bytes((0x10, len(body))) + body


def _is_of_mqtt_5(answer: bytes) -> bool:
    """A CONNACK of 3.1.1 has two bytes, and codes up to 5; one of MQTT 5 has properties behind its reason."""
    return len(answer) >= 4 and answer[0] == _CONNACK and (answer[1] > 2 or answer[3] >= _FIRST_OF_5)


def _connect(host: str) -> bytes:
    device = probe_id()
    return mqtt.encode(mqtt.Connect(device, f"{host}/{device}/?api-version={API_VERSION}"))


def _subprotocol(protocol: Protocol) -> str:
    return "mqtt" if protocol is Protocol.MQTT_WS else websocket.SUBPROTOCOL


def _websocket_path(kind: HostKind) -> str:
    return _WEBSOCKET_PATHS.get(kind, _HUB_PATH)


def _mqtt(below: Transport, seconds: float) -> Heard:
    below.send(_connect(below.host), CONNACK_STEP, seconds)
    try:
        answer = _read(below, 4, CONNACK_STEP, seconds)
    except StepFailed as failed:
        if failed.failure.kind is not Kind.DROPPED:
            raise
        return Heard(Speaker.CLOSED, "no CONNACK")
    if _is_of_mqtt_5(answer):
        return Heard(Speaker.MQTT_5, f"CONNACK 0x{answer[3]:02X} of MQTT 5")
    if answer[0] != _CONNACK or len(answer) < 4:
        return _not_the_protocol(answer)
    code = answer[3]
    speaker = {_ACCEPTED: Speaker.BROKER, _OTHER_VERSION: Speaker.OTHER}.get(code, Speaker.PROTOCOL)
    return Heard(speaker, f"CONNACK {code}")


def _amqp(below: Transport, seconds: float) -> Heard:
    below.send(_SASL_HEADER, AMQP_STEP, seconds)
    answer = _read(below, len(_SASL_HEADER), AMQP_STEP, seconds)
    return Heard(Speaker.PROTOCOL, "AMQP 1.0") if answer[:4] == b"AMQP" else _not_the_protocol(answer)


def _websocket(below: Transport, path: str, subprotocol: str, deadlines: Deadlines) -> Heard:
    try:
        websocket.opened(below, path, deadlines, subprotocol).close()
    except StepFailed as failed:
        found = failed.failure
        words = found.description.partition(": ")[2].lower().encode()
        if found.condition[:6] in ("http:2", "http:3") or words.lstrip().startswith(_HTML):
            return Heard(Speaker.PAGE, f"HTTP {found.condition[5:]}")
        if found.kind is not Kind.NOT_AMQP:
            raise
        # The client of WebSockets speaks of AMQP, which is not what was asked for here.
        raise below.failed(
            Kind.WEBSOCKET_REFUSED, found.step, found.description, found.seconds, found.condition
        ) from None
    return Heard(Speaker.PROTOCOL, "HTTP 101")


def _https(below: Transport, kind: HostKind, seconds: float) -> Heard:
    http = h11.Connection(h11.CLIENT)
    below.send(_request(http, kind, below.host), HTTP_STEP, seconds)
    head, body, came = _response(below, http, seconds)
    if head is None:
        return _not_the_protocol(came)
    return Heard(_speaker_of(head, body, kind in _OF_DEVICES), f"HTTP {head.status_code}")


def _request(http: h11.Connection, kind: HostKind, host: str) -> bytes:
    device_path = f"/devices/{probe_id()}/messages/deviceBound?api-version={API_VERSION}"
    path = device_path if kind in _OF_DEVICES else _HTTPS_PATHS.get(kind, "/")
    headers = [("Host", f"[{host}]" if ":" in host else host), ("Accept", "application/json"), ("Connection", "close")]
    asked = http.send(h11.Request(method="GET", target=path, headers=headers)) or b""
    return asked + (http.send(h11.EndOfMessage()) or b"")


def _response(below: Transport, http: h11.Connection, seconds: float) -> tuple[h11.Response | None, bytes, bytes]:
    """The head of an answer, None where it is no HTTP; the beginning of its body; and all bytes that came.

    Raises StepFailed where nothing comes.
    """
    ends = time.monotonic() + seconds
    head: h11.Response | None = None
    body, came = b"", b""
    with contextlib.suppress(h11.RemoteProtocolError):
        while len(body) < _LARGEST:
            event = http.next_event()
            if event is h11.NEED_DATA:
                try:
                    data = _read(below, 1, HTTP_STEP, max(ends - time.monotonic(), 0.001))
                except StepFailed:
                    if not came:
                        raise
                    break
                came += data
                http.receive_data(data)
            elif isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif not isinstance(event, h11.InformationalResponse):
                break
    return head, body, came


def _speaker_of(head: h11.Response, body: bytes, of_device: bool) -> Speaker:
    names = {name.decode("latin-1").lower(): value for name, value in head.headers}
    status = head.status_code
    is_page = b"text/html" in names.get("content-type", b"") or body.lstrip().lower().startswith(_HTML)
    if status == _PORTAL or 300 <= status < 400 or (is_page and status < 300):
        return Speaker.PAGE
    if not of_device:
        return Speaker.OTHER if is_page else Speaker.PROTOCOL
    told = any(name in names for name in _HEADERS_OF_SERVICE) or any(name in body for name in _NAMES_OF_ERROR)
    return Speaker.SERVICE if told and status >= 400 else Speaker.OTHER


def _not_the_protocol(answer: bytes) -> Heard:
    words = " ".join(answer.decode("utf-8", "replace").split())[:_WORDS]
    is_page = _PAGE.match(answer) is not None or answer.lstrip().lower().startswith(_HTML)
    return Heard(Speaker.PAGE if is_page else Speaker.OTHER, f"{words!r}")


def _read(below: Transport, wanted: int, step: str, seconds: float) -> bytes:
    """What comes first: so many bytes, or fewer where no more come. Raises StepFailed where nothing comes."""
    ends = time.monotonic() + seconds
    buffer, came = memoryview(bytearray(65_536)), b""
    while len(came) < wanted:
        try:
            count = below.receive_into(buffer, step, max(ends - time.monotonic(), 0.001))
        except StepFailed:
            if came:
                break
            raise
        if count is None:
            break
        came += bytes(buffer[:count])
    if not came:
        raise below.failed(Kind.SILENT, step, "nothing came", seconds)
    return came
