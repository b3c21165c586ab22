"""AMQP over WebSocket as a transport: the opening and its refusals, messages in all their pieces, and the end."""

from __future__ import annotations

import base64
import hashlib
import struct
import time

import pytest

from azext_iotdiag.clients import websocket
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.model.failure import Failure, Kind, StepFailed

HOST, PATH = "hub.azure-devices.net", "/$servicebus/websocket"
SECOND = Deadlines(step=1.0)
GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
CONTINUED, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
EMPTY = object()


def frame(opcode, payload=b"", fin=True, mask=b""):
    """A frame as a server sends it, or with a mask as a client does; written from RFC 6455, 5.2."""
    size = len(payload)
    short = size if size < 126 else 126 if size < 65_536 else 127
    long = b"" if size < 126 else struct.pack(">H" if size < 65_536 else ">Q", size)
    return bytes((opcode | 0x80 * fin, short | 0x80 * bool(mask))) + long + mask + payload


def unframed(data):
    """The frames (opcode, payload) that a client sent."""
    found = []
    while data:
        assert data[1] & 0x80, "a client masks what it sends"
        size, at = data[1] & 0x7F, 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size, at = int.from_bytes(data[2 : 2 + width], "big"), 2 + width
        mask, masked = data[at : at + 4], data[at + 4 : at + 4 + size]
        found.append((data[0] & 0x0F, bytes(byte ^ mask[place % 4] for place, byte in enumerate(masked))))
        data = data[at + 4 + size :]
    return found


class Below:
    """The transport below: gives the parts that it was given, then None for silence, or says that it is closed."""

    host, port, address = HOST, 443, "192.0.2.1:443"

    def __init__(self, *parts, end=EMPTY):
        self.parts = list(parts)
        self.end = end
        self.sent = b""
        self.closed = False

    def send(self, data, step, seconds=10.0):
        self.sent += data

    def receive_into(self, buffer, step, seconds):
        part = self.parts.pop(0) if self.parts else self.end
        if part is None:
            raise self.failed(Kind.DROPPED, step, "the server closed the connection")
        if part is EMPTY:
            time.sleep(max(0, min(seconds, 0.05)))
            return None
        if callable(part):
            part = part(self.sent)
        if len(part) > len(buffer):
            self.parts.insert(0, part[len(buffer) :])
        part = part[: len(buffer)]
        buffer[: len(part)] = part
        return len(part)

    def failed(self, kind, step, description="", seconds=0.0, condition=""):
        return StepFailed(Failure(kind, step, self.host, self.port, self.address, condition, description, seconds))

    def close(self):
        self.closed = True


def accept(sent, extra=b"", protocol="AMQPWSB10", after=b""):
    key = next(line.split(b": ")[1] for line in sent.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key"))
    token = base64.b64encode(hashlib.sha1(key + GUID.encode()).digest()).decode()
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {token}",
    ]
    lines += [f"Sec-WebSocket-Protocol: {protocol}"] if protocol else []
    return "\r\n".join([*lines, "", ""]).encode() + after


def opened(*parts, end=EMPTY, after=b""):
    below = Below(lambda sent: accept(sent, after=after), *parts, end=end)
    talk = websocket.opened(below, PATH, SECOND)
    below.sent = b""
    return below, talk


def receive(talk, seconds=0.1, size=100_000):
    view = memoryview(bytearray(size))
    count = talk.receive_into(view, "the step", seconds)
    return None if count is None else bytes(view[:count])


def failure_of(call, *arguments):
    with pytest.raises(StepFailed) as failed:
        call(*arguments)
    return failed.value.failure


def test_the_opening():
    below = Below(accept)
    talk = websocket.opened(below, PATH, SECOND)
    request, *headers = below.sent.decode().removesuffix("\r\n\r\n").split("\r\n")
    assert request == f"GET {PATH} HTTP/1.1"
    assert dict(line.lower().split(": ", 1) for line in headers) | {"sec-websocket-key": ""} == {
        "host": HOST,
        "upgrade": "websocket",
        "connection": "upgrade",
        "sec-websocket-version": "13",
        "sec-websocket-key": "",
        "sec-websocket-protocol": "amqpwsb10",
    }
    assert (talk.host, talk.port, talk.address) == (HOST, 443, "192.0.2.1:443")


def test_the_answer_in_pieces_and_with_a_message_behind_it():
    below = Below(lambda sent: accept(sent)[:20], lambda sent: accept(sent, after=frame(BINARY, b"early"))[20:])
    talk = websocket.opened(below, PATH, SECOND)
    assert receive(talk) == b"early"


def test_a_server_that_chooses_no_subprotocol_is_taken():
    websocket.opened(Below(lambda sent: accept(sent, protocol="")), PATH, SECOND)


@pytest.mark.parametrize(("answer", "kind", "said", "condition"), [
    (b"HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nNo\n way", Kind.NOT_AMQP, "HTTP 404: No way", "http:404"),
    (b"HTTP/1.1 404 Not Found\r\nContent-Length: 700\r\n\r\nNo way", Kind.NOT_AMQP, "HTTP 404: No way", "http:404"),
    (b"HTTP/1.1 200 OK\r\n\r\n<html>hello", Kind.NOT_AMQP, "HTTP 200: <html>hello", "http:200"),
    (b"HTTP/1.1 403 Ip Forbidden\r\nContent-Length: 0\r\n\r\n", Kind.WEBSOCKET_REFUSED, "HTTP 403", "http:403"),
    (b"HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nlate\r\n0\r\n\r\n",
     Kind.BUSY, "HTTP 503: late", "http:503"),
    (b"HTTP/1.1 400 Bad\r\nContent-Length: 99999\r\n\r\n" + b"x" * 9999,
     Kind.NOT_AMQP, "HTTP 400: " + "x" * 120, "http:400"),
    (b"AMQP\3\1\0\0", Kind.NOT_AMQP, "begins with 'AMQP", ""),
    (b"HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n",
     Kind.NOT_AMQP, "Bad accept token", ""),
    (b"HTTP/1.1 101 Yes\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n", Kind.NOT_AMQP, "Upgrade", ""),
    (lambda sent: accept(sent, protocol="mqtt"), Kind.NOT_AMQP, "mqtt", ""),
    (b"X" * 100_000, Kind.NOT_AMQP, "begins with 'XXX", ""),
    (EMPTY, Kind.SILENT, "nothing came", ""),
    (None, Kind.DROPPED, "closed the connection", ""),
])  # fmt: skip
@pytest.mark.parametrize("end", [EMPTY, None])
def test_what_else_is_answered(answer, kind, said, condition, end):
    below = Below(answer, end=end)
    if answer is EMPTY and end is None:
        kind, said = Kind.SILENT, "nothing came"
    failure = failure_of(websocket.opened, below, PATH, Deadlines(step=0.2))
    assert (failure.kind, failure.step, failure.condition) == (kind, websocket.STEP, condition)
    assert said in failure.description and len(failure.description) < 300
    assert below.closed


@pytest.mark.parametrize("size", [1, 125, 126, 65_535, 65_536, 300_000])
def test_messages_of_all_sizes(size):
    payload = bytes(range(256)) * (size // 256 + 1)
    payload = payload[:size]
    data = frame(BINARY, payload)
    below, talk = opened(*[data[at : at + 50_000] for at in range(0, len(data), 50_000)])
    got = b""
    while len(got) < size:
        got += receive(talk)
    assert got == payload
    talk.send(payload, "the step", 1.0)
    assert unframed(below.sent) == [(BINARY, payload)]


def test_pieces_pings_and_small_buffers():
    below, talk = opened(
        frame(BINARY, b"one ", fin=False) + frame(PING, b"there?") + frame(CONTINUED, b"two ", fin=False),
        frame(CONTINUED, b"three")[:3],
        frame(CONTINUED, b"three")[3:],
        frame(BINARY),
        frame(BINARY, b"4") + frame(PONG, b"x"),
    )
    assert receive(talk) == b"one two "
    assert unframed(below.sent) == [(PONG, b"there?")]
    got = b""
    while len(got) < 6:
        got += receive(talk, size=2)
    assert got == b"three4"
    assert receive(talk) is None


def test_a_ping_does_not_prolong_the_waiting():
    _, talk = opened(*[frame(PING)] * 3)
    started = time.monotonic()
    assert receive(talk, 0.1) is None
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(("parts", "kind", "said"), [
    ([frame(TEXT, b"hello")], Kind.NOT_AMQP, "text: 'hello'"),
    ([frame(TEXT, b"hel", fin=False)], Kind.NOT_AMQP, "text: 'hel'"),
    ([frame(BINARY, b"x", mask=b"abcd")], Kind.NOT_AMQP, "not WebSocket"),
    ([b"\xf2\x00"], Kind.NOT_AMQP, "not WebSocket"),
    ([frame(3, b"")], Kind.NOT_AMQP, "not WebSocket"),
    ([frame(CONTINUED, b"x")], Kind.NOT_AMQP, "not WebSocket"),
    ([b"\x89\x7e\xff\xff"], Kind.NOT_AMQP, "not WebSocket"),
    ([b"HTTP/1.1 500 Oh\r\n\r\n"], Kind.NOT_AMQP, "not WebSocket"),
    ([frame(CLOSE, b"\x03\xe9going away")], Kind.DROPPED, "code 1001: going away"),
    ([frame(CLOSE)], Kind.DROPPED, "code 1005"),
])  # fmt: skip
def test_what_ends_it(parts, kind, said):
    _, talk = opened(*parts)
    failure = failure_of(receive, talk)
    assert (failure.kind, failure.step) == (kind, "the step") and said in failure.description


def test_a_close_is_answered_after_what_came_before_it():
    below, talk = opened(frame(BINARY, b"last words") + frame(CLOSE, b"\x03\xe8"))
    assert receive(talk) == b"last words"
    assert unframed(below.sent) == [(CLOSE, b"\x03\xe8")]
    assert failure_of(receive, talk).kind is Kind.DROPPED
    assert failure_of(talk.send, b"x", "late", 1.0).kind is Kind.DROPPED
    talk.close()
    assert unframed(below.sent) == [(CLOSE, b"\x03\xe8")] and below.closed


def test_goodbye():
    below, talk = opened()
    talk.close()
    assert unframed(below.sent) == [(CLOSE, b"\x03\xe8")] and below.closed
