"""TlsStream against the standard library's TLS: contents, backpressure, ends of all kinds, client certificates, SNI."""

from __future__ import annotations

import asyncio
import hashlib
import random
import socket
import ssl

import pytest
from cryptography import x509

from azext_iotdiag.lab.net import stream as lab_stream
from azext_iotdiag.lab.net.certificates import make_authority
from azext_iotdiag.lab.net.stream import TlsFailed
from tests.lab.net.tls import blocking, client_context, connected, listening, run, until


async def echo(stream):
    while data := await stream.read():
        stream.write(data)
        await stream.drain()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_what_goes_in_comes_out(version):
    async def go():
        context = client_context(version=version)
        async with listening(echo) as opened, connected(opened.port, context=context) as (reader, writer):
            pieces = [random.randbytes(size) for size in (1, 0, 16_384, 16_385, 100_000, 7)]
            for piece in pieces:
                writer.write(piece)
            assert await reader.readexactly(sum(map(len, pieces))) == b"".join(pieces)

    run(go())


def test_tls_1_1_is_refused():
    async def go():
        refused = []
        context = client_context()
        context.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning):
            context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        async with listening(echo, on_refused=lambda *args: refused.append(args)) as opened:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                async with connected(opened.port, context=context):
                    pass
            await until(lambda: refused)
        assert "version" in refused[0][1] or "protocol" in refused[0][1]

    run(go())


def test_a_big_transfer_to_a_slow_reader_waits_and_arrives_whole():
    piece, count = random.randbytes(1 << 16), 400
    sent = []

    async def pour(stream):
        for _ in range(count):
            stream.write(piece)
            await stream.drain()
            sent.append(len(piece))

    async def go():
        async with listening(pour) as opened:
            raw = await asyncio.to_thread(blocking, opened.port)
            with raw:
                before = -1
                while before != len(sent):  # until nothing goes any more: 0.2 s without one step
                    before = len(sent)
                    await asyncio.sleep(0.2)
                assert 0 < len(sent) < count, "a reader that does not read must hold the writer back"
                digest, size = await asyncio.to_thread(swallow, raw)
        assert size == count * len(piece)
        assert digest == hashlib.sha256(piece * count).hexdigest()

    run(go())


def swallow(raw):
    digest, size = hashlib.sha256(), 0
    while data := raw.recv(1 << 16):
        digest.update(data)
        size += len(data)
    return digest.hexdigest(), size


def test_read_takes_no_more_than_asked():
    got = []

    async def sip(stream):
        while data := await stream.read(3):
            got.append(data)

    async def go():
        async with listening(sip) as opened, connected(opened.port) as (_, writer):
            writer.write(b"abcdefgh")
            await until(lambda: sum(map(len, got)) == 8)

    run(go())
    assert b"".join(got) == b"abcdefgh"
    assert max(map(len, got)) <= 3


def test_small_writes_leave_together_and_without_a_drain():
    async def chatter(stream):
        for _ in range(1000):
            stream.write(b"x")
        records.append(len(stream._plain))
        await stream.read()

    records = []

    async def go():
        async with listening(chatter) as opened, connected(opened.port) as (reader, _):
            assert await reader.readexactly(1000) == b"x" * 1000

    run(go())
    assert records == [1000]


def test_close_sends_the_rest_and_says_goodbye():
    async def say(stream):
        stream.write(b"last words")
        stream.close()
        stream.close()
        stream.write(b"nothing more")
        with pytest.raises(ConnectionError):
            await stream.drain()
        assert await stream.read() == b""

    async def go():
        async with listening(say) as opened:
            raw = await asyncio.to_thread(blocking, opened.port)
            with raw:
                raw.suppress_ragged_eofs = False  # a missing close_notify is an error
                assert await asyncio.to_thread(lambda: raw.recv(100) + raw.recv(100)) == b"last words"

    run(go())


def test_a_service_that_returns_closes_even_if_the_client_goes_on_sending():
    async def refuse(stream):
        stream.write(b"no")

    async def go():
        async with listening(refuse) as opened, connected(opened.port) as (reader, writer):
            writer.write(b"x" * 500_000)
            assert await reader.readexactly(2) == b"no"
            assert await reader.read() == b""
            writer.close()
            await until(lambda: opened.connections == 0)

    run(go())


def test_a_client_that_never_leaves_is_left(monkeypatch):
    monkeypatch.setattr(lab_stream, "FAREWELL_SECONDS", 0.2)

    async def leave(stream):
        stream.write(b"bye")

    async def go():
        async with listening(leave) as opened:
            raw = await asyncio.to_thread(blocking, opened.port)
            with raw:
                await until(lambda: opened.connections == 0)

    run(go())


def test_abort_is_a_reset():
    async def drop(stream):
        await stream.read()
        stream.abort()
        with pytest.raises(ConnectionError):
            await stream.drain()

    def expect_reset(raw):
        raw.sendall(b"x")
        with socket.socket(fileno=raw.detach()) as bare:  # Python's ssl calls a reset an end of file
            bare.settimeout(10)
            with pytest.raises(ConnectionResetError):
                while bare.recv(1000):
                    pass

    async def go():
        async with listening(drop) as opened:
            await asyncio.to_thread(expect_reset, await asyncio.to_thread(blocking, opened.port))

    run(go())


def test_a_reset_by_the_client_ends_the_service():
    ends = []

    async def watch(stream):
        try:
            ends.append(await stream.read())
        except ConnectionError as error:
            ends.append(error)

    async def go():
        async with listening(watch) as opened:
            async with connected(opened.port) as (_, writer):
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            await until(lambda: ends and opened.connections == 0)

    run(go())
    assert ends[0] == b"" or isinstance(ends[0], ConnectionError)


def test_rubbish_after_the_handshake_is_an_error_of_the_connection():
    failures = []

    async def watch(stream):
        try:
            await stream.read()
        except TlsFailed as error:
            failures.append(str(error))
            raise

    async def go():
        async with listening(watch) as opened:
            raw = await asyncio.to_thread(blocking, opened.port)
            bare = socket.socket(fileno=raw.detach())
            with bare:
                bare.sendall(b"GET / HTTP/1.1\r\n\r\n" * 10)
                await until(lambda: failures and opened.connections == 0)

    run(go())
    assert failures[0]


@pytest.mark.parametrize(
    ("name", "check", "sni"), [("hub.azure-devices.net", True, "hub.azure-devices.net"), (None, False, "")]
)
def test_sni_is_seen_and_may_be_absent(name, check, sni):
    seen = []

    async def note(stream):
        seen.append((stream.sni, stream.peer, stream.peer_certificate))
        stream.write(b"ok")

    def dial(port):
        context = client_context()
        context.check_hostname = check
        raw = socket.create_connection(("127.0.0.1", port), timeout=10)
        with context.wrap_socket(raw, server_hostname=name) as tls:
            assert tls.recv(2) == b"ok"
            return "{}:{}".format(*tls.getsockname())

    async def go():
        async with listening(note) as opened:
            peer = await asyncio.to_thread(dial, opened.port)
        assert seen == [(sni, peer, None)]

    run(go())


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_any_client_certificate_is_taken_and_shown(tmp_path, version):
    certificate, key = make_authority("nobody knows it").issue(["device-1"])
    (tmp_path / "device.pem").write_bytes(certificate + key)
    context = client_context(version=version)
    context.load_cert_chain(tmp_path / "device.pem")
    seen = []

    async def note(stream):
        seen.append(stream.peer_certificate)
        stream.write(b"ok")

    async def go():
        async with listening(note) as opened, connected(opened.port, context=context) as (reader, _):
            assert await reader.readexactly(2) == b"ok"

    run(go())
    assert seen == [x509.load_pem_x509_certificate(certificate)]
