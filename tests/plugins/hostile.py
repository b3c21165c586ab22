"""Peers that do what none should, each on a port of its own, and deadlines so short that no test waits for them."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from azext_iotdiag.clients.deadlines import Deadlines, applying
from azext_iotdiag.lab.net.certificates import Authority

SECONDS = 0.4  # of what takes ten for users
PATIENCE = 10.0

Attend = Callable[[socket.socket], None]


@contextlib.contextmanager
def listening(attend: Attend) -> Iterator[int]:
    """A port where each connection is attended to in a thread of its own, until the context ends."""
    held: list[socket.socket] = []
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take(sock: socket.socket) -> None:
            with contextlib.suppress(OSError, ValueError), sock:
                attend(sock)

        def accept() -> None:
            while True:
                try:
                    sock, _ = server.accept()
                except OSError:
                    return
                held.append(sock)
                threads.append(threading.Thread(target=take, args=(sock,), daemon=True))
                threads[-1].start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield server.getsockname()[1]
        finally:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            accepting.join(PATIENCE)
            for sock in held:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(PATIENCE)
                assert not thread.is_alive()


def silent(sock: socket.socket) -> None:
    """Take everything in, and answer nothing."""
    with contextlib.suppress(OSError):
        while sock.recv(65_536):
            pass


def saying(*pieces: bytes, again: bytes = b"", pause: float = 0.02) -> Attend:
    """Wait for a request, send these pieces, and then `again` for ever; without that, close."""

    def attend(sock: socket.socket) -> None:
        sock.recv(65_536)
        for piece in pieces:
            sock.sendall(piece)
        stop = threading.Event()
        while again:
            sock.sendall(again)
            stop.wait(pause)

    return attend


def over_tls(attend: Attend, certificate: Path) -> Attend:
    """The same behind TLS; `certificate` is a file with a certificate and its key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def attended(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as secure:
            attend(secure)

    return attended


def certificate(authority: Authority, names: tuple[str, ...], folder: Path) -> Path:
    """A file with a certificate for these names, and its key."""
    path = folder / "hostile.pem"
    path.write_bytes(b"".join(authority.issue(names)))
    return path


@contextlib.contextmanager
def hurried() -> Iterator[None]:
    """Every deadline of the product is short: for tests of whole commands, which make the clients."""
    short = Deadlines(
        connect=SECONDS, request=SECONDS, login=SECONDS, look=SECONDS, step=SECONDS, connack=SECONDS, sdk_answer=SECONDS
    )  # fmt: skip
    with applying(short):
        yield


@contextlib.contextmanager
def no_name_service() -> Iterator[None]:
    """Look-ups of names do not come back before the context ends; addresses are their own."""
    over, really = threading.Event(), socket.getaddrinfo

    def look_up(host, port, *arguments, **options):
        if str(host).replace(".", "").isdigit() or ":" in str(host):
            return really(host, port, *arguments, **options)
        over.wait(PATIENCE)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", look_up)
        try:
            yield
        finally:
            over.set()


@contextlib.contextmanager
def swallowing() -> Iterator[int]:
    """A port whose packets are swallowed: nothing is accepted, and the queue for that is full."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(server.getsockname())
        yield server.getsockname()[1]
