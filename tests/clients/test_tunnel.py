"""The way through a proxy: what is said to it, and what each of its answers comes to."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

from azext_iotdiag.clients import tunnel
from azext_iotdiag.clients.proxy import HTTP, SOCKS, Proxy
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.target import Secret

HOST, SECONDS = "hub.azure-devices.net", 0.5
NAMED = bytes((5, 1, 0, 3, len(HOST))) + HOST.encode() + (443).to_bytes(2, "big")
OPEN, LOG_IN = b"\5\1\0", b"\5\2\0\2"
CONNECT = f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode()


def proxy(kind=HTTP, user="", password="", **more):
    return Proxy(kind, "proxy.corp", 3128, "HTTPS_PROXY", user, Secret(password), **more)


@contextlib.contextmanager
def talk(*turns):
    """A socket at whose other end somebody expects and answers, in turns; the end is closed after the last answer.

    A turn is (expected, answer); `None` for an answer says nothing more and keeps the connection.
    """
    ours, its = socket.socketpair()
    heard = []

    def be() -> None:
        with its, contextlib.suppress(OSError):
            its.settimeout(5)
            for expected, answer in turns:
                got = b""
                while len(got) < len(expected) and (data := its.recv(len(expected) - len(got))):
                    got += data
                heard.append(got)
                if answer is None:
                    its.recv(1)
                    return
                for part in answer if isinstance(answer, list) else [answer]:
                    its.sendall(part)

    thread = threading.Thread(target=be)
    thread.start()
    try:
        with ours:
            yield ours, heard
    finally:
        thread.join(10)
    assert not thread.is_alive()


def failure_of(given, *turns, host=HOST):
    started = time.monotonic()
    with talk(*turns) as (sock, _), pytest.raises(StepFailed) as failed:
        tunnel.open(sock, given, "192.0.2.1:3128", host, 443, SECONDS)
    assert time.monotonic() - started < SECONDS + 1
    failure = failed.value.failure
    assert (failure.step, failure.host, failure.port, failure.address) == (tunnel.STEP, host, 443, "192.0.2.1:3128")
    return failure


@pytest.mark.parametrize("answer", [
    b"HTTP/1.1 200 Connection established\r\n\r\n",
    b"HTTP/1.0 200\r\n\r\n",
    b"HTTP/1.1 200 OK\nProxy-agent: x\n\n",
    b"HTTP/1.1 201 Fine\r\nContent-Length: 0\r\n\r\n",
    [bytes((byte,)) for byte in b"HTTP/1.1 200 OK\r\nVia: 1.1 squid\r\n\r\n"],
])  # fmt: skip
def test_http_opens(answer):
    with talk((CONNECT, answer)) as (sock, heard):
        tunnel.open(sock, proxy(), "", HOST, 443, SECONDS)
    assert heard == [CONNECT]


def test_http_login():
    head = f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n"
    asked = f"{head}Proxy-Authorization: Basic w7xzZXI6cDpAcw==\r\n\r\n".encode()
    with talk((asked, b"HTTP/1.1 200 OK\r\n\r\n")) as (sock, heard):
        tunnel.open(sock, proxy(user="üser", password="p:@s"), "", HOST, 443, SECONDS)
    assert heard == [asked]


@pytest.mark.parametrize(("answer", "kind", "said"), [
    (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", Kind.PROXY_WANTS_PASSWORD, "names no user and password"),
    (b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<html>", Kind.PROXY_REFUSED, "403 Forbidden"),
    (b"HTTP/1.1 429 Slow down\r\n\r\n", Kind.PROXY_REFUSED, "429 Slow down"),
    (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", Kind.UNREACHABLE, "502 Bad Gateway"),
    (b"HTTP/1.1 503\r\n\r\n", Kind.UNREACHABLE, "answers 503"),
    (b"HTTP/1.1 405 Method Not Allowed\r\n\r\n", Kind.PROXY_NO_PROXY, "405 Method Not Allowed"),
    (b"HTTP/1.1 302 Found\r\nLocation: http://portal/\r\n\r\n", Kind.PROXY_NO_PROXY, "302 Found"),
    (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", Kind.PROXY_NO_PROXY, "200 with a page"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", Kind.PROXY_NO_PROXY, "200 with a page"),
    (b"HTTP/1.1 200 OK\r\n\r\n<html> Please\n log in", Kind.PROXY_NO_PROXY, "'<html> Please log in'"),
    (b"<html>hello</html>", Kind.PROXY_NO_PROXY, "<html>hello"),
    (b"HTTP/2 200\r\n\r\n", Kind.PROXY_NO_PROXY, "HTTP/2 200"),
    (b"HTTP/1.1 2", Kind.PROXY_NO_PROXY, "HTTP/1.1 2"),
    (b"SSH-2.0-OpenSSH_9\r\n", Kind.PROXY_NO_PROXY, "SSH-2.0"),
    (b"\x15\x03\x01\0\2\2\x16", Kind.PROXY_NO_PROXY, ""),
    (b"\5\xff", Kind.PROXY_NO_PROXY, ""),
    (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 100_000, Kind.PROXY_NO_PROXY, "HTTP/1.1 200 OK"),
    (b"", Kind.PROXY_UNREACHABLE, "without an answer"),
    (None, Kind.PROXY_SILENT, "does not answer"),
])  # fmt: skip
def test_http_answers(answer, kind, said):
    failure = failure_of(proxy(), (CONNECT, answer))
    assert failure.kind is kind and said in failure.description
    assert len(failure.description) < 300


def test_a_refused_password_is_told_from_none():
    failure = failure_of(proxy(user="me", password="Pa55word"), (b"CONNECT", b"HTTP/1.1 407 No\r\n\r\n"))
    assert failure.kind is Kind.PROXY_WANTS_PASSWORD and "of HTTPS_PROXY are not accepted" in failure.description
    assert "Pa55word" not in repr(failure) and "me" not in failure.description.split()


def test_drop_by_drop_ends_in_time():
    ours, its = socket.socketpair()
    over = threading.Event()

    def drip() -> None:
        with its, contextlib.suppress(OSError):
            its.sendall(b"HTTP/1.1 200 OK\r\nX-Much: ")
            while not over.wait(0.02):
                its.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    started = time.monotonic()
    try:
        with ours, pytest.raises(StepFailed) as failed:
            tunnel.open(ours, proxy(), "", HOST, 443, SECONDS)
    finally:
        over.set()
        thread.join(10)
    assert failed.value.failure.kind is Kind.PROXY_SILENT
    assert SECONDS <= time.monotonic() - started < SECONDS + 1


@pytest.mark.parametrize("bound", [b"\1\0\0\0\0\0\0", b"\4" + bytes(18), b"\3\4host\0\0"])
def test_socks_opens_and_takes_no_byte_too_many(bound):
    with talk((OPEN, b"\5\0"), (NAMED, b"\5\0\0" + bound + b"TLS")) as (sock, heard):
        tunnel.open(sock, proxy(SOCKS), "", HOST, 443, SECONDS)
        assert sock.recv(10) == b"TLS"
    assert heard == [OPEN, NAMED]


def test_socks_login():
    login = b"\1\2me\7secret!"
    with talk((LOG_IN, b"\5\2"), (login, b"\1\0"), (NAMED, b"\5\0\0\1\0\0\0\0\0\0")) as (sock, heard):
        tunnel.open(sock, proxy(SOCKS, "me", "secret!"), "", HOST, 443, SECONDS)
    assert heard == [LOG_IN, login, NAMED]


@pytest.mark.parametrize(("host", "target"), [
    ("127.0.0.1", b"\1\x7f\0\0\1"), ("::1", b"\4" + bytes(15) + b"\1"),
    ("bücher.example", b"\3\x15xn--bcher-kva.example"),
])  # fmt: skip
def test_socks_addresses(host, target):
    asked = b"\5\1\0" + target + b"\1\xbb"
    with talk((OPEN, b"\5\0"), (asked, b"\5\0\0\1\0\0\0\0\0\0")) as (sock, heard):
        tunnel.open(sock, proxy(SOCKS), "", host, 443, SECONDS)
    assert heard[1] == asked


def test_socks5_looks_the_name_up_here(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, 1, 6, "", ("192.0.2.7", 443))])
    asked = b"\5\1\0\1\xc0\0\2\7\1\xbb"
    with talk((OPEN, b"\5\0"), (asked, b"\5\0\0\1\0\0\0\0\0\0")) as (sock, heard):
        tunnel.open(sock, proxy(SOCKS, asks_names=False), "", HOST, 443, SECONDS)
    assert heard[1] == asked


@pytest.mark.parametrize(("given", "turns", "kind", "said"), [
    (proxy(SOCKS), [(OPEN, b"\5\xff")], Kind.PROXY_WANTS_PASSWORD, "names no user"),
    (proxy(SOCKS), [(OPEN, b"\5\2")], Kind.PROXY_WANTS_PASSWORD, "names no user"),
    (proxy(SOCKS, "me", "x"), [(LOG_IN, b"\5\xff")], Kind.PROXY_WANTS_PASSWORD, "are not accepted"),
    (proxy(SOCKS, "me", "x"), [(LOG_IN, b"\5\2"), (b"\1\2me\1x", b"\1\1")], Kind.PROXY_WANTS_PASSWORD,
     "refuses this user"),
    (proxy(SOCKS, "u" * 256, "x"), [(LOG_IN, b"\5\2")], Kind.PROXY_WANTS_PASSWORD, "255 bytes"),
    (proxy(SOCKS), [(OPEN, b"HTTP/1.1 400 Bad Request\r\n\r\n")], Kind.PROXY_NO_PROXY, "HTTP/1.1 400 Bad"),
    (proxy(SOCKS), [(OPEN, b"\4\0")], Kind.PROXY_NO_PROXY, "does not speak SOCKS5"),
    (proxy(SOCKS), [(OPEN, b"")], Kind.PROXY_UNREACHABLE, "closed the connection"),
    (proxy(SOCKS), [(OPEN, b"\5")], Kind.PROXY_NO_PROXY, "closed the connection"),
    (proxy(SOCKS), [(OPEN, b"\5\0"), (NAMED, b"\5\0\0")], Kind.PROXY_NO_PROXY, "closed the connection"),
    (proxy(SOCKS), [(OPEN, None)], Kind.PROXY_SILENT, "does not answer"),
    *[(proxy(SOCKS), [(OPEN, b"\5\0"), (NAMED, bytes((5, reply, 0, 1)) + bytes(6))], kind, f"answers {reply}")
      for reply, kind in (
        (1, Kind.UNREACHABLE), (2, Kind.PROXY_REFUSED), (3, Kind.UNREACHABLE), (4, Kind.UNREACHABLE),
        (5, Kind.REFUSED_CONNECTION),
        (6, Kind.UNREACHABLE), (7, Kind.PROXY_REFUSED), (8, Kind.PROXY_REFUSED), (99, Kind.PROXY_REFUSED))],
])  # fmt: skip
def test_socks_answers(given, turns, kind, said):
    failure = failure_of(given, *turns)
    assert failure.kind is kind and said in failure.description
