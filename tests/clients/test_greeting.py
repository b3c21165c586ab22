"""The first words of each protocol, and who is heard in the answer, whatever comes and in whatever pieces."""

from __future__ import annotations

import h11
import pytest
import wsproto
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.clients import greeting
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.network import HostKind, Protocol, Speaker
from azext_iotdiag.wire import mqtt

HOST = "hub.azure-devices.net"
RIGHT = (Speaker.SERVICE, Speaker.PROTOCOL, Speaker.CLOSED)


class Spoken:
    """A connection at whose other end these pieces are said, which then is closed."""

    def __init__(self, *pieces: bytes, host: str = HOST):
        self.host = host
        self.port = 443
        self.address = "20.1.2.3:443"
        self.sent = b""
        self.is_closed = False
        self._pieces = list(pieces)

    def send(self, data: bytes, step: str, seconds: float) -> None:
        self.sent += data

    def receive_into(self, buffer: memoryview, step: str, seconds: float) -> int | None:
        if not self._pieces:
            raise self.failed(Kind.DROPPED, step, "the server closed the connection")
        piece = self._pieces.pop(0)
        if not piece:
            return None
        buffer[: len(piece)] = piece
        return len(piece)

    def failed(
        self, kind: Kind, step: str, description: str = "", seconds: float = 0.0, condition: str = ""
    ) -> StepFailed:
        return StepFailed(Failure(kind, step, self.host, self.port, self.address, condition, description, seconds))

    def close(self) -> None:
        self.is_closed = True


def heard(protocol: Protocol, *pieces: bytes, kind: HostKind = HostKind.HUB) -> greeting.Heard:
    below = Spoken(*pieces)
    return greeting.greet(below, protocol, kind, 1.0, Deadlines(step=1.0))  # type: ignore[arg-type]


@given(st.sampled_from(Protocol), st.binary(max_size=300), st.integers(1, 40), st.sampled_from(HostKind))
def test_whatever_comes_is_heard_or_is_a_failure(protocol: Protocol, said: bytes, size: int, kind: HostKind) -> None:
    """In pieces of any size. Only the protocol's own form is taken for the service."""
    pieces = [said[at : at + size] for at in range(0, len(said), size)]
    try:
        found = heard(protocol, *pieces, kind=kind)
    except StepFailed as failed:
        assert failed.failure.kind in (Kind.SILENT, Kind.DROPPED, Kind.WEBSOCKET_REFUSED, Kind.BUSY)
        return
    assert found.speaker is not Speaker.NONE and len(found.reply) < 200
    begins = {Protocol.MQTT: b"\x20", Protocol.AMQP: b"AMQP"}.get(protocol, b"HTTP/")
    assert found.speaker not in RIGHT or said.startswith(begins) or (found.speaker is Speaker.CLOSED and not said)


@given(st.binary(min_size=2, max_size=2))
def test_every_connack_of_3_1_1_is_read(rest: bytes) -> None:
    found = heard(Protocol.MQTT, b"\x20\x02" + rest)
    expected = {0: Speaker.BROKER, 1: Speaker.OTHER}.get(
        rest[1], Speaker.PROTOCOL if rest[1] < 0x80 else Speaker.MQTT_5
    )
    assert found.speaker is expected


@pytest.mark.parametrize("protocol", Protocol)
def test_silence_is_a_failure(protocol: Protocol) -> None:
    with pytest.raises(StepFailed) as caught:
        heard(protocol, b"")
    assert caught.value.failure.kind is Kind.SILENT


def test_a_page_of_central_is_no_portal() -> None:
    """The application's root is a web page, so its API is asked, which refuses in JSON."""
    below = Spoken(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", host="app.azureiotcentral.com")
    found = greeting.greet(below, Protocol.HTTPS, HostKind.CENTRAL, 1.0, Deadlines())  # type: ignore[arg-type]
    assert found == (Speaker.PROTOCOL, "HTTP 401") and below.sent.startswith(b"GET /api/")


def test_an_answer_of_mqtt_5_of_any_length() -> None:
    long = b"\x20\x0b\x00\x87\x08\x1f\x00\x05hello"
    assert heard(Protocol.MQTT, long).speaker is Speaker.MQTT_5
    assert heard(Protocol.MQTT, long[:3], long[3:]).speaker is Speaker.MQTT_5


@pytest.mark.parametrize("host", [HOST, "2603:1030::1"])
@pytest.mark.parametrize("protocol", Protocol)
def test_the_first_words_are_those_of_the_protocol_and_hold_no_credential(protocol: Protocol, host: str) -> None:
    words = greeting.first_words(protocol, HostKind.HUB, host)
    assert b"Authorization" not in words and b"Shared" not in words
    if protocol is Protocol.MQTT:
        (login,) = [mqtt.decode(words)]
        assert isinstance(login, mqtt.Connect) and login.password is None
        assert login.client_id.startswith(greeting.PROBE)
        assert login.username == f"{host}/{login.client_id}/?api-version=2021-04-12"
    elif protocol is Protocol.AMQP:
        assert words == b"AMQP\x03\x01\x00\x00"
    elif protocol is Protocol.HTTPS:
        server = h11.Connection(h11.SERVER)
        server.receive_data(words)
        asked = server.next_event()
        assert isinstance(asked, h11.Request) and asked.target.startswith(b"/devices/iot-diag-probe-")
        assert dict(asked.headers)[b"host"] == (f"[{host}]" if ":" in host else host).encode()
    else:
        server_ws = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
        server_ws.receive_data(words)
        (opening,) = server_ws.events()
        assert isinstance(opening, wsproto.events.Request)
        assert opening.target == "/$iothub/websocket?iothub-no-client-cert=true"
        assert opening.subprotocols == ["mqtt" if protocol is Protocol.MQTT_WS else "AMQPWSB10"]


def test_a_connect_of_mqtt_5_is_one() -> None:
    """The rest of the packet has another layout than 3.1.1, which our own reader leaves alone."""
    packet = mqtt.decode(greeting.connect_of_mqtt_5())
    assert isinstance(packet, mqtt.Connect) and (packet.protocol, packet.level) == ("MQTT", 5)
