"""A device's connection to IoT Hub over MQTT, by paho-mqtt: one message at a time, a deadline on every step."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable
from socket import gaierror
from typing import Any
from urllib.parse import quote

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from azext_iotdiag.credential import sas
from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.simulate.telemetry import Body

PORT = 8883
API_VERSION = "2021-04-12"
STEP_SECONDS = 10.0
TOKEN_SECONDS = 3600
RENEW_SECONDS = 120  # before a token's end, as azure-iot-device does
KEEP_ALIVE = 60  # seconds
ANSWER = "the answer to CONNECT (CONNACK)"
ACKNOWLEDGEMENT = "the acknowledgement of a message (PUBACK)"

# OpenSSL's verification results, include/openssl/x509_vfy.h
_KIND_OF_RESULT = {9: Kind.EXPIRED, 10: Kind.EXPIRED, 62: Kind.WRONG_NAME, 64: Kind.WRONG_NAME}
# paho hands out the return codes of MQTT 3.1.1 (3.2.2.3) as the reason codes of MQTT 5.
_RETURN_CODES = {0x84: 1, 0x85: 2, 0x88: 3, 0x86: 4, 0x87: 5}


class Failed(Exception):
    """A step towards the hub failed."""

    def __init__(self, failure: Failure):
        super().__init__(f"{failure.step}: {failure.kind.value} {failure.condition} {failure.description}".strip())
        self.failure = failure


class _NamedTrust:
    """An SSLContext for paho that verifies the name of the hub, wherever the connection leads.

    paho verifies the name that it connects to. Handing it its own context (`tls_set_context`) is the only public place
    where the two can be told apart; it calls `wrap_socket` and reads `check_hostname`, no more.
    """

    check_hostname = True

    def __init__(self, context: ssl.SSLContext, host: str):
        self._context = context
        self._host = host
        self.address = ""  # where the TCP connection led, once there is one

    def wrap_socket(self, sock: Any, **options: Any) -> ssl.SSLSocket:
        self.address = "{}:{}".format(*sock.getpeername()[:2])
        return self._context.wrap_socket(sock, **{**options, "server_hostname": self._host})


class Connection:
    """A connected device. `expires` is when its token ends, in seconds since 1970."""

    def __init__(
        self, device: DeviceConnectionString, client: paho.Client, failed: Callable[..., Failed], expires: float
    ):
        self._topic = f"devices/{device.device}/messages/events/"
        self._client = client
        self._failed = failed
        self.expires = expires
        self.renewable = device.key is not None  # a given signature cannot be made anew
        self._acknowledged: set[int] = set()  # packet identifiers; of QoS 1, paho calls on_publish at the PUBACK
        client.on_publish = lambda _client, _userdata, mid, _reason, _properties: self._acknowledged.add(mid)

    @property
    def lost(self) -> bool:
        """Whether the connection has ended without our doing."""
        return not self._client.is_connected()

    def send(self, body: Body, seconds: float = STEP_SECONDS) -> None:
        """Send a message and wait until the hub has acknowledged it. Raises Failed."""
        properties = {"$.ct": body.content_type, "$.ce": body.content_encoding}
        bag = "&".join(f"{name}={quote(value, safe='')}" for name, value in properties.items() if value)
        sent = self._client.publish(self._topic + bag, body.payload, qos=1)
        if sent.rc == paho.MQTT_ERR_SUCCESS:
            self._attend(lambda: sent.mid in self._acknowledged, seconds)
        if sent.mid not in self._acknowledged:
            if self.lost or sent.rc != paho.MQTT_ERR_SUCCESS:
                raise self._failed(Kind.DROPPED, ACKNOWLEDGEMENT, "the hub closed the connection", took=0)
            raise self._failed(Kind.SILENT, ACKNOWLEDGEMENT, "nothing came", took=seconds)
        self._acknowledged.remove(sent.mid)

    def wait(self, seconds: float) -> None:
        """Let time pass and keep the connection alive meanwhile; returns early when it is lost."""
        self._attend(lambda: False, seconds)

    def close(self) -> None:
        """Say goodbye. Nothing happens where the connection is lost."""
        self._client.disconnect()

    def _attend(self, done: Callable[[], bool], seconds: float) -> None:
        _attend(self._client, lambda: done() or self.lost, seconds)


def connect(
    device: DeviceConnectionString,
    *,
    address_for: Callable[[str, int], tuple[str, int]],
    trust: ssl.SSLContext,
    now: float,
    seconds: float = STEP_SECONDS,
) -> Connection:
    """Connect as a device does; TCP, TLS and CONNACK have so many seconds each. `now` is in seconds since 1970.

    `address_for` says where a host and port lead; TLS and SAS keep the real name. Raises Failed.
    """
    host, port = _host_and_port(device.host)
    resource = f"{device.host}/devices/{device.device}"
    expires = int(now) + TOKEN_SECONDS
    if device.key is not None:
        password = sas.sign(resource, sas.iothub_key(device.key.reveal()), expires)
    elif device.signature is not None:
        password = device.signature.reveal()
        expires = sas.read(password).expires
    else:
        raise ValueError("a device without a key or signature")

    named = _NamedTrust(trust, host)
    started = time.monotonic()

    def failed(kind: Kind, step: str, description: str, condition: str = "", took: float | None = None) -> Failed:
        took = time.monotonic() - started if took is None else took
        return Failed(Failure(kind, step, host, port, named.address, condition, description, took))

    client = paho.Client(
        CallbackAPIVersion.VERSION2, client_id=device.device, protocol=paho.MQTTv311, reconnect_on_failure=False
    )
    client.username_pw_set(f"{device.host}/{device.device}/?api-version={API_VERSION}", password)
    client.tls_set_context(named)  # type: ignore[arg-type]
    client.connect_timeout = seconds
    answers: list[Any] = []
    client.on_connect = lambda _client, _userdata, _flags, reason, _properties: answers.append(reason)
    try:
        client.connect(*address_for(host, port), keepalive=KEEP_ALIVE)
    except OSError as wrong:  # ssl.SSLError and socket.gaierror are among them
        raise _connect_failed(wrong, failed, bool(named.address)) from None
    ended: list[bool] = []
    client.on_disconnect = lambda *_: ended.append(True)
    _attend(client, lambda: bool(answers or ended), seconds)
    if not answers:
        if ended:
            raise failed(Kind.DROPPED, ANSWER, "the server closed the connection")
        client.disconnect()
        raise failed(Kind.SILENT, ANSWER, "nothing came")
    if answers[0].is_failure:
        code = _RETURN_CODES.get(answers[0].value, answers[0].value)
        raise failed(Kind.UNAUTHORIZED, "the device's sign-in (CONNECT)", str(answers[0]), f"mqtt:{code}")
    return Connection(device, client, failed, expires)


def _attend(client: paho.Client, done: Callable[[], bool], seconds: float) -> None:
    """Read, write and ping on this thread until `done` or the time is over."""
    until = time.monotonic() + seconds
    while not done() and (left := until - time.monotonic()) > 0:
        client.loop(min(left, 1.0))


def _connect_failed(wrong: OSError, failed: Callable[..., Failed], reached: bool) -> Failed:
    """Which step a socket's error belongs to. `reached`: the TCP connection came about."""
    step = "the TLS handshake" if reached else "the TCP connection"
    if isinstance(wrong, ssl.SSLCertVerificationError):
        return failed(_KIND_OF_RESULT.get(wrong.verify_code, Kind.UNTRUSTED), step, wrong.verify_message)
    if isinstance(wrong, TimeoutError):
        return failed(Kind.SILENT if reached else Kind.UNREACHABLE, step, "nothing came")
    if isinstance(wrong, ssl.SSLError) and not isinstance(wrong, ssl.SSLEOFError):
        return failed(Kind.TLS, step, wrong.reason or str(wrong))
    if reached:
        return failed(Kind.DROPPED, step, "the server closed the connection")
    if isinstance(wrong, gaierror):
        return failed(Kind.NAME_NOT_RESOLVED, "the address of the host", wrong.strerror or str(wrong))
    kind = Kind.REFUSED_CONNECTION if isinstance(wrong, ConnectionRefusedError) else Kind.UNREACHABLE
    return failed(kind, step, wrong.strerror or str(wrong))


def _host_and_port(text: str) -> tuple[str, int]:
    """A connection string may name a port, which only a lab or a gateway needs."""
    found = re.fullmatch(r"(\[.+\]|[^:]+):(\d+)", text)  # an IPv6 address before a port stands in brackets
    return (found[1].strip("[]"), int(found[2])) if found else (text.strip("[]"), PORT)
