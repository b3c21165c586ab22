"""A device's connection to IoT Hub over MQTT, by paho-mqtt: one message at a time, a deadline on every step.

paho has no deadline for the look-up of a name or the opening of a WebSocket, so it opens a connection in a thread.
"""

from __future__ import annotations

import re
import select
import socket
import ssl
import struct
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote

import paho.mqtt.client as paho
from paho.mqtt import MQTTException
from paho.mqtt.enums import CallbackAPIVersion

from azext_iotdiag import bounded
from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.simulate.sign_in import SignIn, path_of
from azext_iotdiag.simulate.telemetry import Body
from azext_iotdiag.wire.mqtt.reader import DEFAULT_MAX_SIZE

MQTTS, HTTPS = 8883, 443
WEBSOCKET_PATH = "/$iothub/websocket"
RENEW_SECONDS = 120  # before a token's end, as azure-iot-device does
SIGN_IN = "the device's sign-in (CONNECT)"
ANSWER = "the answer to CONNECT (CONNACK)"
ACKNOWLEDGEMENT = "the acknowledgement of a message (PUBACK)"
SUBSCRIPTION = "the answer to the device's subscriptions (SUBACK)"
CLOSED = "the hub closed the connection"
NAME = "the address of the host"
TCP = "the TCP connection"
PROXY = "the way through the proxy"
TLS = "the TLS handshake"
WEBSOCKET = "the opening of the WebSocket"
LISTENING = "what the hub sends"

# OpenSSL's verification results, include/openssl/x509_vfy.h
_KIND_OF_RESULT = {9: Kind.NOT_YET_VALID, 10: Kind.EXPIRED, 62: Kind.WRONG_NAME, 64: Kind.WRONG_NAME}
_VERSION_REFUSED = (b"\x20\x02\x00\x01", b"\x20\x02\x01\x01")  # CONNACK with return code 1, MQTT 3.1.1, 3.2
# What paho is known to raise over packets that are none, beside what it returns.
_STUMBLES = (ValueError, struct.error, IndexError, KeyError, TypeError, AttributeError, MQTTException)
# paho hands out the return codes of MQTT 3.1.1 (3.2.2.3) as the reason codes of MQTT 5.
_KEEP_ALIVE_TIMEOUT = 0x8D  # with which paho gives up a connection on which nothing came for as long as keep-alive
_RETURN_CODES = {0x84: 1, 0x85: 2, 0x88: 3, 0x86: 4, 0x87: 5}


class _NotMqtt(Exception):
    """What came cannot be read as MQTT."""


@dataclass(frozen=True)
class Way:
    """How a hub is reached: whom to trust (with the device's certificate, where it has one), and where a host and port
    lead. TLS and SAS keep the real name.

    With a proxy, `proxy` is its text for people, `address_for` leads to it, and `tunnel(socket, host, port)` makes it
    pass the socket on; that raises StepFailed. `say` takes a line for the person who waits.

    The connection has `connecting` seconds, from the name to TLS. Each answer has `step` seconds, but CONNACK, which
    has `connack`: it was seen to come 54 s after CONNECT (Azure/azure-iot-sdk-c#928), and a hub gives a request about
    60 s. After `connecting` seconds a line says so.
    """

    trust: ssl.SSLContext
    address_for: Callable[[str, int], tuple[str, int]]
    websocket: bool = False
    proxy: str = ""
    tunnel: Callable[[socket.socket, str, int], None] | None = None
    say: Callable[[str], None] = lambda text: None
    connecting: float = 10.0
    step: float = 10.0
    connack: float = 60.0


class _Heard(ssl.SSLSocket):  # pylint: disable=abstract-method
    """A socket that knows the last bytes that came: paho gives one error for return code 1 and for nonsense."""

    last = b""

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        data = super().recv(buflen, flags)
        self.last = (self.last + data)[-4:]
        return data


class _NamedTrust:
    """An SSLContext for paho that verifies the name of the hub, wherever the connection leads.

    paho verifies the name that it connects to. Handing it its own context (`tls_set_context`) is the only public place
    where the two can be told apart, and where a proxy can be asked before TLS begins; paho calls `wrap_socket` and
    reads `check_hostname`, no more.
    """

    check_hostname = True

    def __init__(self, way: Way, host: str, port: int):
        self._way = way
        self.host = host
        self.port = port
        self.address = ""  # where the TCP connection led, once there is one
        self.step = NAME  # what is being done
        self._sock: Any = None
        self._secured: ssl.SSLSocket | None = None

    def wrap_socket(self, sock: Any, **_options: Any) -> ssl.SSLSocket:
        self._sock = sock
        self.address = "{}:{}".format(*sock.getpeername()[:2])
        if self._way.tunnel is not None:
            self.step = PROXY
            self._way.tunnel(sock, self.host, self.port)
        self.step = TLS
        sock.settimeout(self._way.connecting)
        self._way.trust.sslsocket_class = _Heard
        self._secured = self._way.trust.wrap_socket(sock, server_hostname=self.host)
        self.step = WEBSOCKET  # where there is one: else paho is done
        return self._secured

    def abandon(self) -> None:
        """Close what was opened: paho leaves it open where it fails, and a call that is late ends by it, too."""
        for sock in (self._secured, self._sock):
            if sock is None:
                continue
            with suppress(OSError, AttributeError):  # it is closed, or TLS has taken it over
                sock.shutdown(socket.SHUT_RDWR)
                sock.close()

    @property
    def version_refused(self) -> bool:
        """Whether the last that came was a CONNACK with return code 1."""
        return getattr(self._secured, "last", b"") in _VERSION_REFUSED


class _Client(paho.Client):  # type: ignore[misc,unused-ignore]
    """paho's client, which would read packets of 256 MB. This one closes the connection at a packet too large for a
    hub; paho asks `_sock_recv` for all that is left of one.
    """

    refused = ""  # why it closed the connection

    def _sock_recv(self, bufsize: int) -> bytes:
        if bufsize > DEFAULT_MAX_SIZE:
            self.refused = f"a packet of {bufsize:,} bytes came, and at most {DEFAULT_MAX_SIZE:,} are read"
            raise ConnectionAbortedError(self.refused)
        return bytes(super()._sock_recv(bufsize))


class DeviceConnection:
    """A connected device. `expires` is when its sign-in ends, in seconds since 1970; `on_message(topic, payload)` hears
    what the hub sends, on this thread, while a caller waits."""

    def __init__(self, path: str, client: paho.Client, failed: Callable[..., StepFailed], signed: SignIn, step: float):
        self._topic = f"{path}/messages/events/"
        self._client = client
        self.failed = failed
        self.step = step  # seconds for each answer
        self.expires = signed.expires
        self.renewable = signed.renewable
        self.on_message: Callable[[str, bytes], None] = lambda topic, payload: None
        self._acknowledged: set[int] = set()  # packet identifiers; of QoS 1, paho calls on_publish at the PUBACK
        client.on_publish = lambda _client, _userdata, mid, _reason, _properties: self._acknowledged.add(mid)
        self._came: deque[tuple[str, bytes]] = deque()  # paho must not meet the errors of who hears of it
        client.on_message = lambda _client, _userdata, message: self._came.append((message.topic, message.payload))

    @property
    def lost(self) -> bool:
        """Whether the connection has ended without our doing."""
        return not self._client.is_connected() or self._client.socket() is None

    def send(self, body: Body) -> None:
        """Send a message and wait until the hub has acknowledged it. Raises StepFailed."""
        properties = {"$.ct": body.content_type, "$.ce": body.content_encoding}
        named = {**{name: value for name, value in properties.items() if value}, **body.properties}
        bag = "&".join(f"{quote(name, safe='$.')}={quote(value, safe='')}" for name, value in named.items())
        self.put(self._topic + bag, body.payload)

    def put(self, topic: str, payload: bytes, quality: int = 1) -> None:
        """Publish to any topic, and wait until that is acknowledged. Raises StepFailed."""
        sent = self._client.publish(topic, payload, qos=quality)
        if sent.rc == paho.MQTT_ERR_SUCCESS:
            self.attend(lambda: sent.mid in self._acknowledged, self.step)
        if sent.mid not in self._acknowledged:
            if self.lost or sent.rc != paho.MQTT_ERR_SUCCESS:
                raise self.failed(Kind.DROPPED, ACKNOWLEDGEMENT, CLOSED, took=0)
            raise self.failed(Kind.SILENT, ACKNOWLEDGEMENT, "nothing came", took=self.step)
        self._acknowledged.remove(sent.mid)

    def say(self, topic: str, payload: bytes = b"") -> None:
        """Publish without waiting, with quality 0; of a connection that is lost, the next `send` tells.

        Raises ValueError for what can be no topic.
        """
        self._client.publish(topic, payload, qos=0)

    def subscribe(self, filters: list[str]) -> list[bool]:
        """Ask for messages, and wait for the answer: whether each was granted. Raises StepFailed."""
        granted: list[Any] = []
        self._client.on_subscribe = lambda _client, _userdata, _mid, reasons, _properties: granted.extend(reasons)
        self._client.subscribe([(each, 1) for each in filters])
        self.attend(lambda: bool(granted), self.step)
        if not granted:
            if self.lost:
                raise self.failed(Kind.DROPPED, SUBSCRIPTION, CLOSED, took=0)
            raise self.failed(Kind.SILENT, SUBSCRIPTION, "nothing came", took=self.step)
        if len(granted) != len(filters):
            said = f"{len(filters)} subscriptions are answered with {len(granted)} codes"
            raise self.failed(Kind.NOT_MQTT, SUBSCRIPTION, said, took=0)
        return [not each.is_failure for each in granted]

    def wait(self, seconds: float) -> None:
        """Let time pass and keep the connection alive meanwhile; returns early when it is lost."""
        self.attend(lambda: False, seconds)

    def broken(self) -> bool:
        """Whether the hub has closed the connection, seen without reading, writing or pinging."""
        sock: Any = self._client.socket()
        if sock is None:
            return True
        return bool(select.select([sock], [], [], 0)[0])  # the hub says nothing unasked but that it ends

    def drop(self) -> None:
        """End without a word, as a device does that loses its power."""
        sock: Any = self._client.socket()
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            self._client.loop(timeout=0)

    def close(self) -> None:
        """Say goodbye. Nothing happens where the connection is lost."""
        self._client.disconnect()

    def attend(self, done: Callable[[], bool], seconds: float) -> None:
        """Read, write and ping until `done`, or the connection is lost, or the time is over.

        Raises StepFailed where what comes is no MQTT.
        """

        def over() -> bool:
            self._hear()
            return done() or self.lost

        try:
            _attend(self._client, over, seconds)
        except _NotMqtt as odd:
            raise self.failed(Kind.NOT_MQTT, LISTENING, str(odd), took=0) from None
        self._hear()

    def _hear(self) -> None:
        while self._came:
            self.on_message(*self._came.popleft())


def connect(device: DeviceConnectionString, signed: SignIn, way: Way) -> DeviceConnection:
    """Connect as a device does. Raises StepFailed."""
    host, port = _host_and_port(device.gateway or device.host, HTTPS if way.websocket else MQTTS)
    named = _NamedTrust(way, host, port)
    started = time.monotonic()

    def failed(kind: Kind, step: str, description: str, condition: str = "", took: float | None = None) -> StepFailed:
        took = time.monotonic() - started if took is None else took
        description = client.refused if client.refused and kind is Kind.DROPPED else description
        return StepFailed(Failure(kind, step, host, port, named.address, condition, description, took))

    client = _Client(
        CallbackAPIVersion.VERSION2,
        client_id=signed.client_id,
        protocol=paho.MQTTv311,
        transport="websockets" if way.websocket else "tcp",
        reconnect_on_failure=False,
    )
    if way.websocket:
        client.ws_set_options(WEBSOCKET_PATH, {"Host": host, "Origin": f"https://{host}"})
    client.username_pw_set(signed.username, signed.password.reveal() if signed.password else None)
    client.tls_set_context(named)  # type: ignore[arg-type,unused-ignore]
    client.connect_timeout = way.connecting  # pylint: disable=attribute-defined-outside-init
    answers: list[Any] = []
    hears = lambda _client, _userdata, _flags, reason, _properties: answers.append(reason)  # noqa: E731
    client.on_connect = hears  # pylint: disable=attribute-defined-outside-init
    try:
        _open(client, way, named, failed, signed.keep_alive)
        _sign_in(client, answers, named, failed, _AnswerWait(way.connecting, way.connack, way.say))
    except BaseException:
        named.abandon()
        raise
    return DeviceConnection(path_of(device), client, failed, signed, way.step)


def _open(
    client: paho.Client, way: Way, named: _NamedTrust, failed: Callable[..., StepFailed], keep_alive: int
) -> None:
    """Make the connection: name, TCP, proxy, TLS and WebSocket have `way.connecting` seconds together."""

    def call() -> None:
        where = way.address_for(named.host, named.port)
        socket.getaddrinfo(*where, type=socket.SOCK_STREAM)  # paho looks it up once more, and finds it at hand
        named.step = TCP
        client.connect(*where, keepalive=keep_alive)

    try:
        bounded.within(call, way.connecting, "device connection")
    except bounded.Late:
        raise _late(failed, named, way.proxy) from None
    except paho.WebsocketConnectionError as wrong:
        raise failed(Kind.WEBSOCKET_REFUSED, named.step, str(wrong)) from None
    except OSError as wrong:  # ssl.SSLError and socket.gaierror are among them
        raise _connect_failed(wrong, failed, named, way.proxy) from None
    except UnicodeError as wrong:
        if named.step == NAME:  # a name that can be none
            raise failed(Kind.NAME_NOT_RESOLVED, NAME, str(wrong)) from None
        raise failed(Kind.WEBSOCKET_REFUSED, named.step, "the answer cannot be read") from None
    except (ValueError, LookupError):  # of paho's, over the head of an answer
        raise failed(Kind.WEBSOCKET_REFUSED, named.step, "the answer cannot be read") from None


def _late(failed: Callable[..., StepFailed], named: _NamedTrust, proxy: str) -> StepFailed:
    """What it means that the connection was not there in time, by the step that was being done."""
    if proxy and not named.address:
        return failed(Kind.PROXY_UNREACHABLE, "the connection to the proxy", f"{proxy}: nothing came")
    if named.step == NAME:
        return failed(Kind.NAME_NOT_RESOLVED, NAME, "the name service does not answer")
    if named.step == PROXY:
        return failed(Kind.PROXY_SILENT, PROXY, f"the proxy {proxy} does not answer")
    return failed(Kind.UNREACHABLE if named.step == TCP else Kind.SILENT, named.step, "nothing came")


class _AnswerWait(NamedTuple):
    """How long CONNACK is waited for, in seconds: up to `most`, and a line says so after `quiet`."""

    quiet: float
    most: float
    say: Callable[[str], None]

    def attend(self, client: paho.Client, done: Callable[[], bool]) -> None:
        """Wait until `done` or the time is over. Raises _NotMqtt."""
        _attend(client, done, min(self.quiet, self.most))
        if not done() and client.socket() is not None and self.most > self.quiet:
            self.say(f"No answer to CONNECT after {self.quiet:.0f} s; waiting for up to {self.most:.0f} s.")
            _attend(client, done, self.most - self.quiet)


def _sign_in(
    client: paho.Client, answers: list[Any], named: _NamedTrust, failed: Callable[..., StepFailed], wait: _AnswerWait
) -> None:
    """Wait for CONNACK, which paho adds to `answers`. Raises StepFailed unless it lets the device in."""
    ended: list[Any] = []  # the reason, once the connection has ended
    client.on_disconnect = lambda _client, _userdata, _flags, reason, _properties: ended.append(reason)
    try:
        wait.attend(client, lambda: bool(answers or ended))
    except _NotMqtt as odd:
        if named.version_refused:
            raise failed(Kind.UNAUTHORIZED, SIGN_IN, "Unsupported protocol version", "mqtt:1") from None
        raise failed(Kind.NOT_MQTT, ANSWER, str(odd)) from None
    if not answers:
        if ended and ended[0].value != _KEEP_ALIVE_TIMEOUT:
            raise failed(Kind.DROPPED, ANSWER, "the server closed the connection")
        client.disconnect()
        raise failed(Kind.SILENT, ANSWER, "nothing came")
    if answers[0].is_failure:
        code = _RETURN_CODES.get(answers[0].value, answers[0].value)
        raise failed(Kind.UNAUTHORIZED, SIGN_IN, str(answers[0]), f"mqtt:{code}")


def _attend(client: paho.Client, done: Callable[[], bool], seconds: float) -> None:
    """Read, write and ping on this thread until `done` or the time is over. Raises _NotMqtt."""
    until = time.monotonic() + seconds
    while not done() and (left := until - time.monotonic()) > 0:
        try:
            last = client.loop(min(left, 1.0))
        except UnicodeDecodeError:
            raise _NotMqtt("it names a topic that is not UTF-8") from None
        except _STUMBLES as odd:
            raise _NotMqtt(f"a packet cannot be read ({type(odd).__name__})") from None
        if last is paho.MQTT_ERR_PROTOCOL:
            raise _NotMqtt("it is no packet of MQTT, or none that belongs here")
        if client.socket() is None:
            return


def _connect_failed(wrong: OSError, failed: Callable[..., StepFailed], named: _NamedTrust, proxy: str) -> StepFailed:
    """What a socket's error means, by the step that it belongs to."""
    step, reached = named.step, bool(named.address)
    if isinstance(wrong, ssl.SSLCertVerificationError):
        return failed(_KIND_OF_RESULT.get(wrong.verify_code, Kind.UNTRUSTED), step, wrong.verify_message)
    if proxy and not reached:
        return failed(Kind.PROXY_UNREACHABLE, "the connection to the proxy", f"{proxy}: {wrong.strerror or wrong}")
    if proxy and isinstance(wrong, TimeoutError):
        return failed(Kind.PROXY_SILENT, step, f"the proxy {proxy} opened the way, and nothing came through it")
    if isinstance(wrong, TimeoutError):
        return failed(Kind.SILENT if reached else Kind.UNREACHABLE, step, "nothing came")
    if isinstance(wrong, ssl.SSLError) and not isinstance(wrong, ssl.SSLEOFError):
        return failed(Kind.TLS, step, wrong.reason or str(wrong))
    if reached:
        return failed(Kind.DROPPED, step, f"{f'the proxy {proxy}' if proxy else 'the server'} closed the connection")
    if isinstance(wrong, socket.gaierror):
        return failed(Kind.NAME_NOT_RESOLVED, NAME, wrong.strerror or str(wrong))
    kinds = {ConnectionRefusedError: Kind.REFUSED_CONNECTION, PermissionError: Kind.NOT_ALLOWED}
    kind = kinds.get(type(wrong), Kind.UNREACHABLE)
    return failed(kind, step, wrong.strerror or str(wrong))


def _host_and_port(text: str, port: int) -> tuple[str, int]:
    """A connection string may name a port, which only a lab or a gateway needs."""
    found = re.fullmatch(r"(\[.+\]|[^:]+):(\d+)", text)  # an IPv6 address before a port stands in brackets
    return (found[1].strip("[]"), int(found[2])) if found else (text.strip("[]"), port)
