"""Connecting to servers that are real, local and mostly bad: which step failed, how, and within its deadline."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import ssl
import struct
import threading
import time
from datetime import datetime, timedelta, timezone

import pytest

from azext_iotdiag.clients import address, transport
from azext_iotdiag.lab.net.certificates import make_authority
from azext_iotdiag.model.failure import Kind, StepFailed
from tests.plugins import hostile

HOST = "hub.azure-devices.net"
SECONDS = 0.5
PATIENCE = 10.0  # of a test, for what should come at once
AUTHORITY = make_authority("the authority of a test")
STRANGER = make_authority("a stranger")


@contextlib.contextmanager
def serving(attend, *, together=False):
    """A port where `attend(socket)` is called for each connection; it must return when the socket is closed.

    Connections are attended one after the other, or `together`, each in a thread.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()
    threads = []

    def take(sock):
        sock.settimeout(PATIENCE)
        with sock:
            attend(sock)

    def run():
        while not over.is_set():
            with contextlib.suppress(OSError):
                sock, _ = listener.accept()
                if together:
                    threads.append(threading.Thread(target=take, args=(sock,), daemon=True))
                    threads[-1].start()
                else:
                    take(sock)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    port = listener.getsockname()[1]
    try:
        yield port
    finally:
        over.set()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            pass
        listener.close()
        for each in (thread, *threads):
            each.join(PATIENCE)
            assert not each.is_alive()


def until_closed(sock):
    with contextlib.suppress(OSError):
        while sock.recv(65536):
            pass


def resetting(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def tls_of(tmp_path, certificate, key):
    (tmp_path / "server.pem").write_bytes(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")

    def attend(sock, then=until_closed):
        with contextlib.suppress(OSError), context.wrap_socket(sock, server_side=True) as secure:
            then(secure)

    return attend


@pytest.fixture(autouse=True)
def trusted(monkeypatch, tmp_path):
    """The clients trust AUTHORITY."""
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(AUTHORITY.pem)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    return bundle


@pytest.fixture
def lead(monkeypatch):
    """Let the name of the hub lead to a local port."""

    def to(port, host="127.0.0.1"):
        monkeypatch.setenv(address.CONNECT_TO, f"{HOST}:5671={host}:{port}")

    return to


def failure_of(seconds=SECONDS, host=HOST):
    started = time.monotonic()
    with pytest.raises(StepFailed) as failed:
        transport.connect(host, 5671, seconds)
    assert time.monotonic() - started < seconds + 2
    failure = failed.value.failure
    assert (failure.host, failure.port) == (host, 5671)
    assert failure.description
    return failure


@contextlib.contextmanager
def connected(lead, tmp_path, then):
    """A transport to a server with a good certificate, which then does `then(tls socket)`."""
    attend = tls_of(tmp_path, *AUTHORITY.issue(["*.azure-devices.net"]))
    with serving(lambda sock: attend(sock, then)) as port:
        lead(port)
        talk = transport.connect(HOST, 5671, PATIENCE)
        try:
            yield talk, port
        finally:
            talk.close()
            talk.close()


def test_bytes_go_to_and_fro(lead, tmp_path):
    with connected(lead, tmp_path, lambda secure: secure.sendall(secure.recv(100).upper())) as (talk, port):
        assert talk.address == f"127.0.0.1:{port}"
        talk.send(b"hello", "greeting", PATIENCE)
        buffer = bytearray(100)
        assert talk.receive_into(memoryview(buffer), "answer", PATIENCE) == 5
        assert buffer[:5] == b"HELLO"
        with pytest.raises(StepFailed) as failed:
            talk.receive_into(memoryview(buffer), "more", PATIENCE)
        assert (failed.value.failure.kind, failed.value.failure.step) == (Kind.DROPPED, "more")


def test_a_server_that_is_silent_after_the_handshake_or_takes_nothing_in(lead, tmp_path):
    over = threading.Event()
    with connected(lead, tmp_path, lambda secure: over.wait(PATIENCE)) as (talk, _):
        assert talk.receive_into(memoryview(bytearray(9)), "answer", 0.05) is None
        assert talk.receive_into(memoryview(bytearray(9)), "answer", 0) is None
        with pytest.raises(StepFailed) as failed:
            for _ in range(1000):
                talk.send(b"x" * 1_000_000, "much", 0.2)
        over.set()
        assert (failed.value.failure.kind, failed.value.failure.step) == (Kind.SILENT, "much")


def test_a_reset_while_receiving(lead, tmp_path):
    with connected(lead, tmp_path, resetting) as (talk, _):
        with pytest.raises(StepFailed) as failed:
            while talk.receive_into(memoryview(bytearray(9)), "answer", PATIENCE) is not None:
                pass
        assert failed.value.failure.kind is Kind.DROPPED


def test_a_name_that_does_not_resolve():
    failure = failure_of(PATIENCE, "does-not-exist.invalid")
    assert (failure.kind, failure.address) == (Kind.NAME_NOT_RESOLVED, "")


@pytest.mark.parametrize("host", ["a" * 64 + ".net", "a..b"])
def test_a_name_that_is_none(host):
    assert failure_of(PATIENCE, host).kind is Kind.NAME_NOT_RESOLVED


def test_a_name_service_that_does_not_answer(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(PATIENCE) and [])
    failure = failure_of(0.1)
    over.set()
    assert (failure.kind, failure.description) == (Kind.NAME_NOT_RESOLVED, "the name service does not answer")


@pytest.mark.parametrize("number", [errno.EPERM, errno.EACCES])
def test_what_this_machine_forbids(monkeypatch, number):
    def forbidden(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    with pytest.raises(StepFailed) as failed:
        transport.connect("127.0.0.1", 5671, 1)
    assert failed.value.failure.kind is Kind.NOT_ALLOWED


def test_a_closed_port(lead):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    lead(port)
    failure = failure_of()
    assert (failure.kind, failure.address) == (Kind.REFUSED_CONNECTION, f"127.0.0.1:{port}")


def test_a_port_that_nobody_answers_on(lead):
    """A full backlog: the kernel drops further SYNs, as a firewall would."""
    with socket.socket() as listener, contextlib.ExitStack() as others:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            other = others.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(listener.getsockname())
        lead(listener.getsockname()[1])
        failure = failure_of()
        assert failure.kind is Kind.UNREACHABLE and failure.seconds >= SECONDS * 0.9


@pytest.mark.parametrize(
    ("attend", "kind"),
    [
        (until_closed, Kind.SILENT),
        (lambda sock: None, Kind.DROPPED),
        (resetting, Kind.DROPPED),
        (lambda sock: sock.recv(1), Kind.DROPPED),
        (lambda sock: sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Kind.TLS),
        (lambda sock: (sock.recv(10_000), sock.sendall(b"SSH-2.0-OpenSSH\r\n"), until_closed(sock)), Kind.TLS),
    ],
    ids=["silent", "closes", "resets", "closes after a byte", "http", "ssh"],
)
def test_a_server_without_tls(lead, attend, kind):
    with serving(attend) as port:
        lead(port)
        failure = failure_of()
    assert failure.kind is kind
    assert failure.address == f"127.0.0.1:{port}", "also where the connection is gone before it was looked at"


@pytest.mark.parametrize("attempt", range(5))
def test_a_connection_that_is_reset_at_once_is_still_a_failed_step(lead, attempt):
    with serving(resetting) as port:
        lead(port)
        assert failure_of().kind is Kind.DROPPED


LONG_AGO = datetime.now(timezone.utc) - timedelta(days=100)
SOON = datetime.now(timezone.utc) + timedelta(days=1)
CERTIFICATES = [
    (STRANGER.issue(["*.azure-devices.net"]), HOST, Kind.UNTRUSTED),
    (AUTHORITY.issue(["*.azure-devices.net"], start=LONG_AGO, days=50), HOST, Kind.EXPIRED),
    (AUTHORITY.issue(["*.azure-devices.net"], start=SOON), HOST, Kind.NOT_YET_VALID),
    (AUTHORITY.issue(["*.servicebus.windows.net"], ["127.0.0.1"]), HOST, Kind.WRONG_NAME),
    (AUTHORITY.issue(["*.azure-devices.net"], ["127.0.0.2"]), "127.0.0.1", Kind.WRONG_NAME),
]


@pytest.mark.parametrize(
    ("issued", "host", "kind"), CERTIFICATES, ids=["stranger", "expired", "too early", "name", "address"]
)
def test_a_bad_certificate(monkeypatch, tmp_path, issued, host, kind):
    with serving(tls_of(tmp_path, *issued)) as port:
        monkeypatch.setenv(address.CONNECT_TO, f"{host}:5671=127.0.0.1:{port}")
        failure = failure_of(PATIENCE, host)
    assert (failure.kind, failure.step) == (kind, "the TLS handshake")


def test_an_address_in_the_certificate(monkeypatch, tmp_path):
    with serving(tls_of(tmp_path, *AUTHORITY.issue(["x.net"], ["127.0.0.1"]))) as port:
        monkeypatch.setenv(address.CONNECT_TO, f"127.0.0.1:5671=127.0.0.1:{port}")
        transport.connect("127.0.0.1", 5671, PATIENCE).close()


def test_a_folder_of_authorities(monkeypatch, lead, tmp_path):
    """As `c_rehash` makes it: OpenSSL finds an authority by the hash of its name."""
    folder = tmp_path / "roots"
    folder.mkdir()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder))
    assert transport.trust().cert_store_stats()["x509_ca"] == 0
    with serving(tls_of(tmp_path, *AUTHORITY.issue(["*.azure-devices.net"]))) as port:
        lead(port)
        assert failure_of(PATIENCE).kind is Kind.UNTRUSTED


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_authorities_that_cannot_be_read_are_not_the_servers_fault(lead, trusted, tmp_path, content):
    trusted.unlink() if content is None else trusted.write_bytes(content)
    with serving(tls_of(tmp_path, *AUTHORITY.issue(["*.azure-devices.net"]))) as port:
        lead(port)
        failure = failure_of(PATIENCE)
    assert failure.kind is Kind.UNTRUSTED and "authorities" in failure.description


def test_the_variables_of_az_are_asked_in_its_order(monkeypatch, trusted):
    monkeypatch.setenv("CURL_CA_BUNDLE", "/does/not/exist")
    assert transport.trust().cert_store_stats()["x509_ca"] == 1
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "")
    monkeypatch.setenv("CURL_CA_BUNDLE", str(trusted))
    assert transport.trust().cert_store_stats()["x509_ca"] == 1
    monkeypatch.delenv("CURL_CA_BUNDLE")
    context = transport.trust()
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname


ODD_NAMES = ["", ".hub", "a\0b", "x" * 300, "a..b", "\ud800", "caf\u00e9.invalid", "a b"]


@pytest.mark.parametrize("host", ODD_NAMES)
def test_names_that_can_be_none(monkeypatch, host):
    """As a service may name one, in a redirect."""
    monkeypatch.setenv(address.CONNECT_TO, "")
    assert failure_of(host=host).kind in (Kind.NAME_NOT_RESOLVED, Kind.REFUSED_CONNECTION)


@pytest.mark.parametrize("host", ODD_NAMES)
def test_names_that_can_be_none_at_a_known_address(monkeypatch, host):
    with serving(until_closed) as port:
        monkeypatch.setattr(address, "find", lambda *_: ("127.0.0.1", port))
        assert failure_of(host=host).kind in (Kind.NAME_NOT_RESOLVED, Kind.WRONG_NAME, Kind.SILENT)


def test_an_address_that_swallows_leaves_time_for_the_next(lead, monkeypatch, tmp_path):
    """Such as one of IPv6 on a network that does not carry it."""
    attend = tls_of(tmp_path, *AUTHORITY.issue(["*.azure-devices.net"]))
    with hostile.swallowing() as dead, serving(attend) as port:
        lead(port)
        where = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", each)) for each in (dead, port)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: where)
        transport.connect(HOST, 5671, 2 * SECONDS).close()


def test_a_family_that_this_machine_does_not_speak(lead, monkeypatch, tmp_path):
    attend = tls_of(tmp_path, *AUTHORITY.issue(["*.azure-devices.net"]))
    with serving(attend) as port:
        lead(port)
        where = [(4711, socket.SOCK_STREAM, 6, "", ("::1", port)), (2, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: where)
        transport.connect(HOST, 5671, PATIENCE).close()


def test_all_steps_together_have_one_deadline(lead, monkeypatch, tmp_path):
    """A slow name service leaves less time for TLS."""
    really = socket.getaddrinfo

    def slow(*arguments, **options):
        time.sleep(0.7 * SECONDS)
        return really(*arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with serving(until_closed) as port:
        lead(port)
        started = time.monotonic()
        assert failure_of().kind is Kind.SILENT
        assert time.monotonic() - started < 1.5 * SECONDS


def test_a_server_that_takes_nothing_in_has_one_deadline(lead, tmp_path):
    over = threading.Event()
    with connected(lead, tmp_path, lambda secure: over.wait(PATIENCE)) as (talk, _):
        started = time.monotonic()
        with pytest.raises(StepFailed) as failed:
            talk.send(b"x" * 50_000_000, "a message", SECONDS)
        assert failed.value.failure.kind is Kind.SILENT and time.monotonic() - started < SECONDS + 2
        over.set()


def test_connections_share_tls_settings_until_the_environment_names_others(monkeypatch, tmp_path) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(make_authority("one").pem)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    first = transport.shared_trust()
    assert transport.shared_trust() is first
    assert transport.trust() is not first, "whoever adds to its own settings changes nothing for others"
    bundle.write_bytes(make_authority("another one").pem + b"\n")
    changed = transport.shared_trust()
    assert changed is not first
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert transport.shared_trust() is not changed


def test_threads_at_the_same_time_make_tls_settings_once(monkeypatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "")
    shared, made, got = transport._Shared(), [], []
    monkeypatch.setattr(transport, "trust", lambda: made.append(object()) or made[-1])
    threads = [threading.Thread(target=lambda: got.append(shared.get())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(made) == 1 and len(got) == 8
