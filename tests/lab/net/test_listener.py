"""The listener: who does not get as far as a service, and that closing ends everything at once."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time

import pytest

from azext_iotdiag.lab.net.certificates import NAMES, make_authority
from azext_iotdiag.lab.net.stream import server_context
from tests.lab.net.tls import CONTEXT, client_context, connected, listening, run, until


async def wait(stream):
    await stream.read()


@pytest.fixture
def refused():
    return []


@pytest.fixture
def note(refused):
    return lambda peer, reason: refused.append(reason)


@pytest.mark.parametrize(
    ("first", "reason"),
    [(b"", "the peer left"), (b"GET / HTTP/1.1\r\n\r\n", "http request"), (b"\x00" * 300, ""), (b"AMQP\x03\1\0\0", "")],
)
def test_what_is_no_tls_is_refused(first, reason, refused, note):
    async def go():
        async with listening(wait, on_refused=note) as opened:
            with socket.create_connection(("127.0.0.1", opened.port), timeout=10) as raw:
                raw.sendall(first)
                raw.shutdown(socket.SHUT_WR)
                await until(lambda: refused and opened.connections == 0)

    run(go())
    assert reason in refused[0]


def test_a_client_that_says_nothing_is_dropped(refused, note):
    async def go():
        async with listening(wait, on_refused=note, handshake_seconds=0.1) as opened:
            with socket.create_connection(("127.0.0.1", opened.port), timeout=10):
                await until(lambda: refused and opened.connections == 0)

    run(go())
    assert refused == ["no TLS handshake within 0.1 s"]


def test_a_client_that_does_not_trust_us_is_noted(refused, note):
    def dial(port):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as raw, pytest.raises(ssl.SSLError):
            client_context(make_authority("another")).wrap_socket(raw, server_hostname="localhost")

    async def go():
        async with listening(wait, on_refused=note) as opened:
            await asyncio.to_thread(dial, opened.port)
            await until(lambda: refused)

    run(go())
    assert "unknown ca" in refused[0]


def test_a_client_that_does_not_trust_us_may_say_nothing(refused, note):
    async def go():
        async with listening(wait, on_refused=note) as opened:
            with pytest.raises(ssl.SSLCertVerificationError):  # asyncio's client sends no alert
                async with connected(opened.port, context=client_context(make_authority("another"))):
                    pass
            await until(lambda: refused)

    run(go())
    assert refused == ["the peer left the TLS handshake after it saw the certificate"]


def test_the_certificate_is_chosen_for_each_connection():
    other = make_authority("other")
    contexts = iter([CONTEXT, server_context(*other.issue(NAMES)), CONTEXT])

    async def go():
        async with listening(wait, context_for=lambda: next(contexts)) as opened:
            async with connected(opened.port):
                pass
            async with connected(opened.port, context=client_context(other)):
                pass
            async with connected(opened.port):
                pass

    run(go())


def test_too_many_are_turned_away_and_places_become_free(refused, note):
    async def go():
        async with listening(wait, on_refused=note, limit=2) as opened:
            async with connected(opened.port), connected(opened.port):
                with pytest.raises((ConnectionError, ssl.SSLError)):
                    async with connected(opened.port):
                        pass
            await until(lambda: opened.connections == 0)
            async with connected(opened.port):
                pass

    run(go())
    assert refused == ["there are 2 connections already"]


def test_who_says_nothing_makes_room_for_others(refused, note):
    async def echo(stream):
        stream.write(await stream.read())

    async def go():
        async with listening(echo, on_refused=note, half_open=2) as opened:
            silent = [await asyncio.open_connection("127.0.0.1", opened.port) for _ in range(4)]
            await until(lambda: len(refused) == 2)
            for reader, _ in silent[:2]:
                with pytest.raises(ConnectionError):
                    await reader.readexactly(1)
            async with connected(opened.port) as (reader, writer):
                writer.write(b"hello")
                assert await reader.readexactly(5) == b"hello"
            assert not any(reader.at_eof() for reader, _ in silent[3:]), "the newest still has its place"
            for _, writer in silent:
                writer.transport.abort()

    run(go())
    assert refused[:3] == ["no TLS handshake yet, and 2 others wait for theirs"] * 3


def test_before_tls_may_refuse():
    async def go():
        async with listening(wait, before_tls=lambda *_: asyncio.sleep(0, False)) as opened:
            with pytest.raises((ConnectionError, ssl.SSLError)):
                async with connected(opened.port):
                    pass

    run(go())


def test_a_service_that_fails_ends_its_connection_only(caplog):
    async def fail(stream):
        if await stream.read() == b"fail":
            raise RuntimeError("a mistake")
        stream.write(b"ok")

    async def go():
        async with listening(fail) as opened, connected(opened.port) as (reader, writer):
            async with connected(opened.port) as (other_reader, other_writer):
                other_writer.write(b"fail")
                with pytest.raises(ConnectionError):
                    await other_reader.readexactly(1)
            writer.write(b"go on")
            assert await reader.readexactly(2) == b"ok"

    run(go())
    assert "a mistake" in caplog.text


def test_close_ends_every_kind_of_connection_at_once():
    async def pour(stream):
        while True:
            stream.write(b"x" * 100_000)
            await stream.drain()

    async def go():
        before = asyncio.all_tasks()
        async with listening(pour) as opened:
            silent = [socket.create_connection(("127.0.0.1", opened.port), timeout=10) for _ in range(5)]
            async with connected(opened.port), connected(opened.port):
                await until(lambda: opened.connections == 7)
                begun = time.monotonic()
                await opened.close()
                assert time.monotonic() - begun < 1
                assert opened.connections == 0
                with pytest.raises(ConnectionRefusedError):
                    await asyncio.open_connection("127.0.0.1", opened.port)
            for raw in silent:
                raw.close()
        assert asyncio.all_tasks() == before

    run(go())


def test_a_blocked_port_refuses_and_is_kept():
    async def echo(stream):
        while data := await stream.read():
            stream.write(data)
            await stream.drain()

    async def refused(port):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            return True
        writer.transport.abort()
        return False

    async def go():
        async with listening(echo) as opened, connected(opened.port) as (reader, writer):
            for _ in range(3):
                opened.block()
                opened.block()
                assert await refused(opened.port)
                writer.write(b"still here")
                assert await reader.readexactly(10) == b"still here"
                opened.unblock()
                opened.unblock()
                assert not await refused(opened.port), "from the very moment on"
            opened.unblock()
            opened.block()  # before the port is served again
            opened.unblock()
            opened.block()
            opened.unblock()
            opened.block()
            await until(lambda: opened._kept is not None)
            assert await refused(opened.port)
            opened.unblock()
            opened.block()
            opened.unblock()
            assert not await refused(opened.port)
        port = opened.port
        assert await refused(port)

    run(go())
