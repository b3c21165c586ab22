"""How a host can be reached, against small servers: each kind of trouble is another state."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import time
from datetime import datetime, timedelta, timezone

import pytest

from azext_iotdiag.checks import way_states
from azext_iotdiag.model.network import HostKind, Protocol, Speaker, Way, WayState
from tests.plugins import hostile
from tests.plugins.hub_peers import (
    AUTHORITY,
    HOST,
    PAGE,
    SECONDS,
    STRANGER,
    UNAUTHORIZED,
    Standing,
    asked,
    measured,
    only_mqtt_5,
    standing,
    way,
)

pytestmark = pytest.mark.slow  # silence takes its time

__all__ = ["standing"]
MQTT, AMQP, HTTPS = Protocol.MQTT, Protocol.AMQP, Protocol.HTTPS
CONNACK_5 = b"\x20\x02\x00\x05"
V5_REFUSED = b"\x20\x03\x00\x84\x00"
EMPTY = b"HTTP/1.1 %b\r\nContent-Length: 0\r\n\r\n"


def state(found: Way, kind: HostKind = HostKind.HUB) -> tuple[str, str]:
    """What became of a way, and who opened its TLS."""
    (judged,) = way_states.judged([found], asked(found.protocol, kind=kind))
    return judged.state.value, judged.by


def resetting(sock: socket.socket) -> None:
    """Take the first bytes, and reset."""
    sock.recv(65_536)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_a_hub_that_refuses_is_open(standing: Standing) -> None:
    standing.at(8883, standing.tls(hostile.saying(CONNACK_5)))
    standing.at(5671, standing.tls(hostile.saying(b"AMQP\x03\x01\x00\x00")))
    standing.at(443, standing.tls(hostile.saying(UNAUTHORIZED)))
    found = measured(asked(MQTT, AMQP, HTTPS))["ways"].value
    assert found is not None
    assert [state(each) for each in found] == [("open", "")] * 3
    assert [each.reply for each in found] == ["CONNACK 5", "AMQP 1.0", "HTTP 401"]
    assert [each.speaker for each in found] == [Speaker.PROTOCOL, Speaker.PROTOCOL, Speaker.SERVICE]
    shown = found[0].handshake
    assert shown is not None and shown.root is not None
    assert shown.certificates[0].names == (HOST,) and shown.root.subject == "CN=iot-diag lab of a test"
    assert (shown.version, shown.public) == ("TLSv1.3", False) and shown.message > 300


def test_a_port_that_refuses(standing: Standing) -> None:
    assert state(way(MQTT)) == ("refused", "")


def test_a_port_whose_packets_are_swallowed(standing: Standing) -> None:
    with hostile.swallowing() as port:
        standing.leads(5671, port)
        assert state(way(AMQP)) == ("filtered", "")


def test_all_ports_take_the_time_of_the_slowest(standing: Standing) -> None:
    with hostile.swallowing() as port:
        for each in (8883, 5671, 443):
            standing.leads(each, port)
        begun = time.monotonic()
        found = measured(asked())["ways"].value
        assert time.monotonic() - begun < 2 * SECONDS
    assert found is not None and [state(each)[0] for each in found] == ["filtered"] * 5


def test_a_connection_that_is_reset(standing: Standing) -> None:
    standing.at(8883, resetting)
    assert state(way(MQTT)) == ("reset", "")


def test_a_server_that_says_nothing(standing: Standing) -> None:
    standing.at(443, hostile.silent)
    assert state(way(HTTPS)) == ("silent", "")


@pytest.mark.parametrize("protocol", Protocol)
def test_a_server_that_says_nothing_behind_tls(standing: Standing, protocol: Protocol) -> None:
    """The network let TLS pass, so it is no port that is blocked."""
    standing.at(protocol.port, standing.tls(hostile.silent))
    assert state(way(protocol)) == ("no answer", "")


def test_a_server_that_closes_behind_tls(standing: Standing) -> None:
    standing.at(5671, standing.tls(hostile.saying()))
    assert state(way(AMQP)) == ("closed", "")


def test_a_handshake_that_stalls_after_its_first_bytes(standing: Standing) -> None:
    """As where large packets get lost: the beginning of the server's answer comes, and no more."""
    path = standing.folder / "stalling.pem"
    path.write_bytes(b"".join(AUTHORITY.issue((HOST,))))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    def stall(sock: socket.socket) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        incoming.write(sock.recv(65_536))
        with contextlib.suppress(ssl.SSLWantReadError):
            tls.do_handshake()
        sock.sendall(outgoing.read()[:100])
        hostile.silent(sock)

    standing.at(443, stall)
    found = way(HTTPS)
    assert found.handshake is not None and found.handshake.received == 100
    assert state(found) == ("stalled", "")


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        (PAGE, "web page"),
        (b"HTTP/1.0 302 Found\r\n\r\n", "web page"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n<html>", "no TLS"),  # so any web server answers TLS
        (b"220 mail ready\r\n", "no TLS"),
    ],
)
def test_a_server_without_tls(standing: Standing, says: bytes, expected: str) -> None:
    standing.at(443, hostile.saying(says))
    assert state(way(HTTPS)) == (expected, "")


def test_an_interceptor_that_this_machine_does_not_trust(standing: Standing) -> None:
    standing.at(443, standing.tls(hostile.silent, authority=STRANGER))
    found = way(HTTPS)
    assert state(found) == ("intercepted", "Zscaler Intermediate")
    assert state(found, HostKind.UNKNOWN) == ("untrusted", "Zscaler Intermediate")


def test_an_interceptor_that_this_machine_trusts(standing: Standing) -> None:
    """A device does not trust it, so it is a fault all the same."""
    standing.trusting(AUTHORITY, STRANGER)
    standing.at(443, standing.tls(hostile.saying(UNAUTHORIZED), authority=STRANGER))
    found = way(HTTPS)
    assert found.failure is None and state(found) == ("intercepted", "Zscaler Intermediate")


def test_nothing_is_sent_after_a_handshake_that_failed(standing: Standing) -> None:
    """The repetition reads the chain, and closes."""
    came: list[bytes] = []

    def listen(sock: socket.socket) -> None:
        came.append(sock.recv(65_536))

    standing.at(8883, standing.tls(listen, authority=STRANGER))
    assert way(MQTT).handshake is not None
    assert not any(came)


LONG_AGO = datetime.now(timezone.utc) - timedelta(days=30)
NEXT_YEAR = datetime.now(timezone.utc) + timedelta(days=300)


@pytest.mark.parametrize(
    ("names", "issued"),
    [((HOST,), {"start": LONG_AGO, "days": 3}), ((HOST,), {"start": NEXT_YEAR}), (("other.example.net",), {})],
)
def test_a_wrong_certificate(standing: Standing, names, issued) -> None:
    standing.at(443, standing.tls(hostile.silent, *names, **issued))
    found = way(HTTPS)
    assert state(found) == ("wrong certificate", "")
    assert found.handshake is not None and found.handshake.certificates[0].names == names


@pytest.mark.parametrize(
    ("answer", "speaker", "reply", "expected"),
    [
        (b"\x20\x02\x00\x00", Speaker.BROKER, "CONNACK 0", "other server"),
        (b"\x20\x02\x00\x04", Speaker.PROTOCOL, "CONNACK 4", "open"),
        (V5_REFUSED, Speaker.MQTT_5, "CONNACK 0x84 of MQTT 5", "MQTT 5 only"),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>", Speaker.PAGE, "'HTTP/1.1 200 OK <html>'", "web page"),
        (b"HTTP/1.1 400 Bad\r\n\r\n<html>", Speaker.OTHER, "'HTTP/1.1 400 Bad <html>'", "other server"),
        (b"SSH-2.0-x\r\n", Speaker.OTHER, "'SSH-2.0-x'", "other server"),
    ],
)
def test_what_answers_connect(standing: Standing, answer: bytes, speaker: Speaker, reply: str, expected: str) -> None:
    standing.at(8883, standing.tls(hostile.saying(answer)))
    found = way(MQTT)
    assert (found.speaker, found.reply) == (speaker, reply)
    assert state(found) == (expected, "")


def test_a_server_that_closes_at_connect_is_open(standing: Standing) -> None:
    """So may a hub: TLS has proven who it is."""
    standing.at(8883, standing.tls(hostile.saying()))
    found = way(MQTT)
    assert (found.speaker, found.failure) == (Speaker.CLOSED, None) and state(found) == ("open", "")


def test_a_broker_that_speaks_only_mqtt_5(standing: Standing) -> None:
    """It closes without a word on 3.1.1, so it is asked once more, in MQTT 5."""
    standing.at(8883, standing.tls(only_mqtt_5))
    assert state(way(MQTT)) == ("MQTT 5 only", "")


def test_a_server_that_refuses_the_version_and_speaks_no_mqtt_5(standing: Standing) -> None:
    standing.at(8883, standing.tls(hostile.saying(b"\x20\x02\x00\x01")))
    assert state(way(MQTT)) == ("open", "")


@pytest.mark.parametrize(
    ("answer", "speaker", "expected"),
    [
        (UNAUTHORIZED, Speaker.SERVICE, "open"),
        (PAGE, Speaker.PAGE, "web page"),
        (EMPTY % b"302 Found\r\nLocation: http://login.example.net/", Speaker.PAGE, "web page"),
        (EMPTY % b"511 Log in", Speaker.PAGE, "web page"),
        (EMPTY % b"404 Not Found\r\nServer: nginx", Speaker.OTHER, "other server"),
        (EMPTY % b"404 Not Found\r\niothub-errorcode: DeviceNotFound", Speaker.SERVICE, "open"),
        (b"SSH-2.0-x\r\n", Speaker.OTHER, "other server"),
    ],
)  # fmt: skip
def test_what_answers_https(standing: Standing, answer: bytes, speaker: Speaker, expected: str) -> None:
    standing.at(443, standing.tls(hostile.saying(answer)))
    found = way(HTTPS)
    assert found.speaker is speaker and state(found) == (expected, "")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (PAGE, "web page"),
        (EMPTY % b"403 Forbidden", "no WebSocket"),
        (EMPTY % b"404 Not Found", "no WebSocket"),
    ],
)
def test_what_answers_a_websocket(standing: Standing, answer: bytes, expected: str) -> None:
    standing.at(443, standing.tls(hostile.saying(answer)))
    assert state(way(Protocol.MQTT_WS)) == (expected, "")


def test_an_amqp_port_with_something_else(standing: Standing) -> None:
    standing.at(5671, standing.tls(hostile.saying(b"SSH-2.0-x\r\n")))
    assert state(way(AMQP)) == ("other server", "")


@pytest.mark.parametrize(
    ("attend", "expected"),
    [
        (hostile.saying(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), WayState.PROXY_WANTS_PASSWORD),
        (hostile.saying(b"HTTP/1.1 403 Forbidden\r\n\r\n"), WayState.PROXY_REFUSES),
        (hostile.saying(PAGE), WayState.PROXY_FAILS),
        (hostile.silent, WayState.PROXY_FAILS),
    ],
)
def test_a_proxy(standing: Standing, monkeypatch: pytest.MonkeyPatch, attend, expected: WayState) -> None:
    with hostile.listening(attend) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        wanted = asked(HTTPS, proxy=f"127.0.0.1:{port}")
        found = measured(wanted)["ways"].value
    assert found is not None and [each.proxy for each in found] == ["", f"127.0.0.1:{port}"]
    assert [each.state for each in way_states.judged(found, wanted)] == [WayState.REFUSED, expected]
