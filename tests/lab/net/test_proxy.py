"""The lab's proxy: who is led where, who is not, its faults, and what it does with connections that end or break."""

from __future__ import annotations

import asyncio
import base64
import contextlib

import pytest

from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net import listener, proxy
from azext_iotdiag.lab.net.stream import reset
from tests.lab.net.tls import run, until

LOGIN = base64.b64encode(b"lab:lab").decode()


async def echo(reader, writer):
    """Everything back; `reset` breaks the connection, and after the end comes a last word."""
    while data := await reader.read(65_536):
        if data == b"reset":
            return reset(writer)
        writer.write(data)
        await writer.drain()
    writer.write(b"bye")
    writer.close()


class Lab:
    """A proxy whose every service is an echo, except MQTT, whose port is closed."""

    def __init__(self, state, port):
        self.state = state
        self.port = port
        self.hub, self.namespace = state.hub.host, state.hub.stream.host

    async def connect(self):
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def ask(self, *parts):
        """All that is answered to what is sent, until the proxy closes."""
        reader, writer = await self.connect()
        for part in parts:
            writer.write(part)
            await writer.drain()
        try:
            return await asyncio.wait_for(reader.read(), 5)
        finally:
            writer.close()

    def last(self):
        return self.state.audit.recent(1)[0]


def with_lab(body):
    async def go():
        state = new_lab(device_count=1)
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        taken = await asyncio.start_server(echo, "127.0.0.1", 0)
        ports = {"https": server.sockets[0].getsockname()[1], "mqtt": taken.sockets[0].getsockname()[1]}
        taken.close()
        ports["amqp"] = ports["https"]
        opened = await listener.listen_plain(
            lambda reader, writer: proxy.serve(reader, writer, state, ports), host="127.0.0.1"
        )
        try:
            await body(Lab(state, opened.port))
        finally:
            await opened.close()
            server.close()

    run(go())


def connect(host, port, *headers, version="1.1"):
    return "\r\n".join([f"CONNECT {host}:{port} HTTP/{version}", f"Host: {host}:{port}", *headers, "", ""]).encode()


def target(host, port, command=1):
    return bytes((5, command, 0, 3, len(host))) + host.encode() + port.to_bytes(2, "big")


@pytest.mark.parametrize(("host", "port"), [("hub", 443), ("hub", 5671), ("namespace", 443), ("namespace", 5671)])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_connect_leads_the_labs_names_to_its_ports(host, port, version):
    async def body(lab):
        name = getattr(lab, host)
        reader, writer = await lab.connect()
        writer.write(connect(name.upper() + ".", port, version=version))
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 200 Connection established\r\n\r\n"
        much = bytes(range(256)) * 10_000
        writer.write(much)
        assert await reader.readexactly(len(much)) == much
        assert (lab.last().service, lab.last().action, lab.last().outcome) == ("proxy", "connect", "accepted")
        assert lab.last().details == {"target": f"{name.upper()}.:{port}", "how": "CONNECT"}
        writer.write_eof()
        assert await reader.read() == b"bye", "what comes after our end is not lost"
        await until(lambda: lab.last().action == "close")
        writer.close()

    with_lab(body)


def test_what_is_sent_with_the_request_is_not_lost():
    async def body(lab):
        reader, writer = await lab.connect()
        writer.write(connect(lab.hub, 443) + b"early")
        assert (await reader.readuntil(b"early")).endswith(b"\r\n\r\nearly")
        writer.close()

    with_lab(body)


def test_socks5():
    async def body(lab):
        reader, writer = await lab.connect()
        writer.write(b"\5\2\0\2")
        assert await reader.readexactly(2) == b"\5\0"
        writer.write(target(lab.hub, 443))
        assert await reader.readexactly(10) == b"\5\0\0\1\0\0\0\0\0\0"
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"
        assert lab.last().details["how"] == "SOCKS5"
        writer.close()

    with_lab(body)


@pytest.mark.parametrize(("request_", "status"), [
    (lambda lab: connect("example.com", 443), 403),
    (lambda lab: connect(f"x.{lab.hub}", 443), 403),
    (lambda lab: connect("127.0.0.1", 443), 403),
    (lambda lab: connect(lab.hub, 22), 403),
    (lambda lab: connect(lab.hub, "x"), 403),
    (lambda lab: b"CONNECT x HTTP/1.1\r\nHost: x\r\n\r\n", 403),
    (lambda lab: connect(lab.hub, 8883), 502),
    (lambda lab: b"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 405),
    (lambda lab: b"hello\r\n\r\n", 400),
    (lambda lab: b"\x16\x03\x01\r\n\r\n", 400),
    (lambda lab: b"CONNECT " + b"x" * 200_000, 431),
])  # fmt: skip
def test_what_connect_does_not_open(request_, status):
    async def body(lab):
        try:
            assert (await lab.ask(request_(lab))).startswith(f"HTTP/1.1 {status} ".encode())
        except ConnectionError:
            assert status == 431, "it need not read all"
        assert lab.last().outcome == "refused"

    with_lab(body)


@pytest.mark.parametrize(("parts", "answer"), [
    (lambda lab: [b"\5\1\0", target("example.com", 443)], b"\5\0\5\2"),
    (lambda lab: [b"\5\1\0", target(lab.hub, 22)], b"\5\0\5\2"),
    (lambda lab: [b"\5\1\0", b"\5\1\0\1\x7f\0\0\1\1\xbb"], b"\5\0\5\2"),
    (lambda lab: [b"\5\1\0", b"\5\1\0\4" + bytes(16) + b"\1\xbb"], b"\5\0\5\2"),
    (lambda lab: [b"\5\1\0", target(lab.hub, 443, command=2)], b"\5\0\5\7"),
    (lambda lab: [b"\5\1\0", b"\5\1\0\x09"], b"\5\0\5\x08"),
    (lambda lab: [b"\5\1\0", target(lab.hub, 8883)], b"\5\0\5\5"),
    (lambda lab: [b"\5\1\1"], b"\5\xff"),
])  # fmt: skip
def test_what_socks_does_not_open(parts, answer):
    async def body(lab):
        assert (await lab.ask(*parts(lab)))[: len(answer)] == answer
        assert lab.last().outcome == "refused"

    with_lab(body)


@pytest.mark.parametrize(("fault", "headers", "answer"), [
    ("proxy-refuses", [], b"HTTP/1.1 403 "),
    ("proxy-answers-html", [], b"HTTP/1.1 200 OK\r\nContent-Type: text/html"),
    ("proxy-wants-password", [], b"HTTP/1.1 407 "),
    ("proxy-wants-password", ["Proxy-Authorization: Basic bm86bm8="], b"HTTP/1.1 407 "),
    ("proxy-wants-password", ["Proxy-Authorization: Basic ???"], b"HTTP/1.1 407 "),
    ("proxy-wants-password", [f"Proxy-Authorization: Bearer {LOGIN}"], b"HTTP/1.1 407 "),
])  # fmt: skip
def test_faults_over_http(fault, headers, answer):
    async def body(lab):
        lab.state.faults.start(fault)
        said = await lab.ask(connect(lab.hub, 443, *headers))
        assert said.startswith(answer)
        assert (b'Proxy-Authenticate: Basic realm="the lab"' in said) is (b"407" in answer)
        assert lab.last().outcome == "refused" and "bm86bm8" not in repr(lab.state.audit.recent(9))
        lab.state.faults.end()
        reader, writer = await lab.connect()
        writer.write(connect(lab.hub, 443))
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        writer.close()

    with_lab(body)


@pytest.mark.parametrize(("fault", "parts", "answer"), [
    ("proxy-refuses", [b"\5\1\0", None], b"\5\0\5\2"),
    ("proxy-answers-html", [b"\5\1\0"], b"HTTP/1.1 400 "),
    ("proxy-wants-password", [b"\5\1\0"], b"\5\xff"),
    ("proxy-wants-password", [b"\5\2\0\2", b"\1\3lab\2no"], b"\5\2\1\1"),
    ("proxy-wants-password", [b"\5\2\0\2", b"\1\3lab\3lab", None], b"\5\2\1\0\5\5"),
])  # fmt: skip
def test_faults_over_socks(fault, parts, answer):
    async def body(lab):
        lab.state.faults.start(fault)
        sent = [target(lab.hub, 8883) if part is None else part for part in parts]
        assert (await lab.ask(*sent))[: len(answer)] == answer

    with_lab(body)


def test_a_reset_goes_through():
    async def body(lab):
        reader, writer = await lab.connect()
        writer.write(connect(lab.hub, 443))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"reset")
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(reader.read(), 5)
        await until(lambda: "broke off" in lab.last().reason)

    with_lab(body)


@pytest.mark.parametrize("sent", [b"", b"CONN", b"\5", b"\5\1\0\5\1\0\3\x20x"])
def test_whoever_asks_too_slowly_is_dropped(monkeypatch, sent):
    monkeypatch.setattr(proxy, "REQUEST_SECONDS", 0.2)

    async def body(lab):
        reader, writer = await lab.connect()
        writer.write(sent)
        with contextlib.suppress(ConnectionResetError):  # as good an end
            assert await asyncio.wait_for(reader.read(), 5) in (b"", b"\5\0")
        await until(lambda: "no request within 0.2 s" in lab.last().reason)
        writer.close()

    with_lab(body)
