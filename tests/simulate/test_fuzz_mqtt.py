"""Whatever an MQTT server sends a simulated device, the run ends with a failure of its own, in time, or goes on."""

from __future__ import annotations

import contextlib
import queue
import random
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from azext_iotdiag.credential.connection_string import DeviceConnectionString
from azext_iotdiag.lab.net.certificates import make_authority
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.target import Secret
from azext_iotdiag.simulate import behaviour, telemetry
from azext_iotdiag.simulate.device import Way, connect
from azext_iotdiag.simulate.sign_in import path_of, sign_in
from azext_iotdiag.simulate.twin_and_methods import Answers, TwinAndMethods
from tests.plugins import fuzzing, hostile

HOST = "hub.azure-devices.net"
KEY = "YSBrZXkgdGhhdCBub2JvZHkgbWF5IHNlZQ=="
DEVICE = DeviceConnectionString(HOST, "d", key=Secret(KEY))
SECONDS, SLACK = 0.5, 8.0
CONNACK = b"\x20\x02\x00\x00"
DEEP = b"[" * 900 + b"]" * 900


def packet(first: int, body: bytes) -> bytes:
    """A packet of MQTT 3.1.1, 2.2."""
    size, length = len(body), bytearray()
    while True:
        size, digit = divmod(size, 128)
        length.append(digit | (0x80 if size else 0))
        if not size:
            return bytes((first,)) + bytes(length) + body


def publish(topic: bytes, payload: bytes = b"{}", quality: int = 0, number: int = 1) -> bytes:
    told = number.to_bytes(2, "big") if quality else b""
    return packet(0x30 | quality << 1, len(topic).to_bytes(2, "big") + topic + told + payload)


PACKETS = (
    CONNACK, b"\x20\x02\x01\x00", b"\x20\x02\x00\x01", b"\x20\x02\x00\x05", b"\x20\x02\x00\x63", b"\x20\x03\0\0\0",
    b"\x90\x06\x00\x01\x01\x01\x01\x01", b"\x90\x03\x00\x01\x80", b"\x90\x02\x00\x01", b"\x90\x00",
    b"\x90\x03\x00\x01\x55", b"\x40\x02\x00\x01", b"\x40\x02\x00\x02", b"\x40\x00", b"\xd0\x00", b"\xc0\x00",
    b"\xe0\x00", b"\x00\x00", b"\xf0\x00",
    b"\x50\x02\x00\x01", b"\x62\x02\x00\x01", b"\x70\x02\x00\x01", b"\xb0\x02\x00\x01", b"\x30\xff\xff\xff\xff\x7f",
    publish(b""), publish(b"\xff\xfe"), publish(b"a", DEEP), publish(b"devices/d/messages/devicebound/x", b"\xff", 1),
    publish(b"$iothub/methods/POST/reboot/?$rid=1", b"{}", 1), publish(b"$iothub/methods/POST/reboot/?$rid=#"),
    publish(b"$iothub/methods/POST/%ff%00/?$rid=+/a", DEEP), publish(b"$iothub/methods/POST/x/?$rid=" + b"9" * 60_000),
    publish(b"$iothub/twin/res/200/?$rid=1"), publish(b"$iothub/twin/res/" + b"9" * 5000 + b"/?$rid=1"),
    publish(b"$iothub/twin/PATCH/properties/desired/?$version=2", b'{"a": {"__t": "c", "b": 1}, "$version": "x"}'),
    publish(b"$iothub/twin/PATCH/properties/desired/?$version=3", b'{"a":' * 400 + b"1" + b"}" * 400),
    publish(b"$iothub/twin/PATCH/properties/desired/?$version=4", b"[1, 2"),
    publish(b"$iothub/twin/PATCH/properties/desired/?$version=5", b'{"a": 1e999, "\\ud800": "\\udfff"}'),
)  # fmt: skip


class Server:
    """Answers each connection with what it finds next in its queue, and then closes it, or is silent."""

    def __init__(self) -> None:
        self.next: queue.SimpleQueue[tuple[list[bytes], bool]] = queue.SimpleQueue()

    def __call__(self, sock: ssl.SSLSocket) -> None:
        sock.settimeout(SECONDS)
        try:
            parts, stays = self.next.get_nowait()
        except queue.Empty:  # it connects again, and is let go
            return
        with contextlib.suppress(OSError):
            for part in parts:
                sock.recv(65_536)
                sock.sendall(part)
            while stays and sock.recv(65_536):
                pass


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Way]]:
    folder, authority, server = tmp_path_factory.mktemp("mqtt"), make_authority("the authority of a test"), Server()
    certificate: Path = hostile.certificate(authority, (HOST,), folder)
    with hostile.listening(hostile.over_tls(server, certificate)) as port:
        trust = ssl.create_default_context(cadata=authority.pem.decode())
        yield server, Way(trust, lambda _host, _port: ("127.0.0.1", port), connecting=SECONDS, step=0.1)


def script(chance: random.Random) -> list[bytes]:
    """What is sent after the device's first, second, ... words."""
    made = [CONNACK] if chance.random() < 0.7 else []
    for _ in range(chance.randrange(1, 5)):
        data = b"".join(chance.choice(PACKETS) for _ in range(chance.randrange(1, 4)))
        made.append(fuzzing.damaged(data, chance) if chance.random() < 0.3 else data)
    return made


def run(way: Way) -> tuple[behaviour.SimulationRun, TwinAndMethods, list[str]]:
    """What `simulate` does."""
    lines: list[str] = []
    talk = TwinAndMethods(path_of(DEVICE), Answers(), {"a": 1}, lines.append)
    open_ = talk.opening(lambda now: connect(DEVICE, sign_in(DEVICE, now), way))
    bodies = telemetry.bodies("json", "d")
    return behaviour.run(open_, bodies, count=1, interval=0.05, say=lines.append, again=0.01), talk, lines


def test_a_server_talks_nonsense(served, monkeypatch) -> None:
    server, way = served
    died: list[object] = []
    monkeypatch.setattr(threading, "excepthook", died.append)
    ends = set()
    for seed, chance in fuzzing.rounds("mqtt"):
        server.next.put((script(chance), chance.random() < 0.1))
        started = time.monotonic()
        done, talk, lines = run(way)
        assert time.monotonic() - started < SLACK, seed
        assert done.ended in ("count", "failed"), seed
        said = f"{lines} {done.failure} {talk.failures}"
        assert "Traceback" not in said and KEY not in said, seed
        ends.add(done.failure.failure.kind if done.failure else "count")
        while not server.next.empty():
            server.next.get_nowait()
    assert not died, "a thread died without a word"
    assert {Kind.NOT_MQTT, Kind.DROPPED} <= ends


@pytest.mark.parametrize(("answer", "kind", "condition"), [
    (b"\x20\x02\x00\x01", Kind.UNAUTHORIZED, "mqtt:1"), (b"\x20\x02\x00\x05", Kind.UNAUTHORIZED, "mqtt:5"),
    (b"\x20\x03\x00\x01\x00", Kind.NOT_MQTT, ""), (b"\x20\x02\x00\x63", Kind.NOT_MQTT, ""),
    (b"\x00\x00", Kind.NOT_MQTT, ""), (b"HTTP/1.1 400 Bad Request\r\n" * 5, Kind.NOT_MQTT, ""),
    (b"\x30\xff\xff\xff\xff\x7f", Kind.NOT_MQTT, ""), (CONNACK + publish(b"\xff\xfe"), Kind.NOT_MQTT, ""),
])  # fmt: skip
def test_return_code_1_is_told_from_nonsense(served, answer: bytes, kind: Kind, condition: str) -> None:
    server, way = served
    server.next.put(([answer], True))
    done, _, lines = run(way)
    assert done.failure is not None, lines
    assert (done.failure.failure.kind, done.failure.failure.condition) == (kind, condition)


def test_a_request_id_that_fits_no_topic_is_said(served) -> None:
    server, way = served
    server.next.put(([CONNACK, publish(b"$iothub/methods/POST/reboot/?$rid=a/#"), b""], False))
    _, talk, lines = run(way)
    assert talk.methods == 0 and any("can be in no topic" in line for line in lines), lines


@pytest.mark.parametrize("codes", [b"\x01", b"\x01" * 9])
def test_an_answer_to_other_subscriptions(served, codes: bytes) -> None:
    server, way = served
    server.next.put(([CONNACK, packet(0x90, b"\0\1" + codes)], True))
    done, _, lines = run(way)
    assert done.failure is not None and done.failure.failure.kind is Kind.NOT_MQTT, lines
    assert "4 subscriptions are answered with" in done.failure.failure.description
