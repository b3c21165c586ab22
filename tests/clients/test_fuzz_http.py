"""Whatever bytes a server answers over HTTP or WebSocket, the client has an answer or a failure of its own, in time."""

from __future__ import annotations

import random

import pytest

from azext_iotdiag.clients import http, transport, websocket
from azext_iotdiag.clients.deadlines import Clock, Deadlines
from azext_iotdiag.clients.http import Http, HttpAnswer
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from tests.clients.test_websocket import BINARY, CLOSE, CONTINUED, PATH, PING, PONG, TEXT, Below, accept, frame
from tests.plugins import fuzzing

ANSWERS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nx-ms-continuation: abc\r\n\r\n{}",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n",
    b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\nnone",
    b"HTTP/1.1 429 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.0 302 Found\r\nLocation: http://evil.example/\r\n\r\n<html>",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n\x1f\x8b\x08" + b"\0" * 17,
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nPRI",
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(300)) + b"\r\n",
)


class Server(Below):
    """A transport that gives what a server sends, and then silence or the end, without any waiting."""

    def receive_into(self, buffer, step, seconds):
        if not self.parts and self.end is not None:
            return None
        return super().receive_into(buffer, step, seconds)


@pytest.fixture
def lead(monkeypatch):
    """Let the next connections lead to these servers, one after the other."""
    servers: list[Server] = []

    def connect(*_arguments):
        if not servers:
            raise StepFailed(Failure(Kind.REFUSED_CONNECTION, "the TCP connection", "h", 443))
        return servers.pop()

    monkeypatch.setattr(transport, "connect", connect)
    monkeypatch.setattr(http.proxy, "find", lambda *_: None)
    return servers


def test_answers_over_http(lead) -> None:
    kinds = set()
    for seed, chance in fuzzing.rounds("http"):
        lead[:] = [_server(chance) for _ in range(3)]
        client = Http("hub.example", deadlines=Deadlines(clock=Clock(sleep=lambda seconds: None)))
        try:
            answer = client.request("GET", "/", "the answer")
            assert isinstance(answer, HttpAnswer) and isinstance(answer.words, str), seed
            kinds.add(answer.status)
        except StepFailed as failed:
            assert failed.failure.step, seed
            kinds.add(failed.failure.kind)
        finally:
            client.close()
    assert {200, Kind.NOT_HTTP, Kind.SILENT} <= kinds  # the mischief is no mere noise


def _server(chance: random.Random) -> Server:
    data = fuzzing.damaged(chance.choice(ANSWERS), chance)
    return Server(*fuzzing.pieces(data, chance), end=chance.choice((None, 0)))


def test_the_opening_of_a_websocket_and_what_follows() -> None:
    kinds = set()
    for seed, chance in fuzzing.rounds("websocket"):
        below = _websocket(chance)
        try:
            opened = websocket.opened(below, PATH, Deadlines(step=0.05))
            kinds.add("opened")
            buffer = memoryview(bytearray(70_000))
            while opened.receive_into(buffer, "the next message", 0.0) is not None:
                opened.send(b"x", "a message", 1.0)
            opened.close()
        except StepFailed as failed:
            assert failed.failure.step and "Traceback" not in failed.failure.description, seed
            kinds.add(failed.failure.kind)
        finally:
            below.close()
    assert {"opened", Kind.NOT_AMQP, Kind.DROPPED} <= kinds


def _websocket(chance: random.Random) -> Server:
    closing = chance.choice((b"", b"\x03", b"\x03\xe8bye", b"\x03\xe8\xff\xfe", b"\x00\x00", b"\xff\xff", b"\x03\xed"))
    frames = [
        frame(BINARY, chance.randbytes(chance.choice((0, 5, 300)))),
        frame(BINARY, b"a", fin=False) + frame(PING, b"p") + frame(CONTINUED, b"b"),
        frame(PING, b"p" * 130), frame(PING, b"p", fin=False), frame(PONG), frame(CONTINUED, b"x"),
        frame(TEXT, b"\xff\xfe"), frame(TEXT, b"text"), frame(CLOSE, closing), frame(CLOSE, closing, fin=False),
        frame(BINARY, b"masked", mask=b"abcd"), b"\x82\x7f" + b"\x7f" + b"\xff" * 7, b"\x82\x7f" + b"\xff" * 8,
        bytes((0x80 | chance.randrange(16), 0)), b"\xf2\x00",
    ]  # fmt: skip
    after = b"".join(chance.choice(frames) for _ in range(chance.randrange(5)))
    spoil = chance.random() < 0.5

    def answer(sent: bytes) -> bytes:
        whole = accept(sent, after=after)
        return fuzzing.damaged(whole, chance) or b"x" if spoil else whole

    return Server(answer, end=chance.choice((None, 0)))
