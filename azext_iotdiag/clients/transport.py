"""A verified TLS connection to a host, each step with a deadline and a failure that says which step it was."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from azext_iotdiag.clients import address, chain, tcp, tunnel
from azext_iotdiag.clients.proxy import Proxy
from azext_iotdiag.model.failure import Failure, Kind, StepFailed

HTTPS_PORT = 443
_RECORD = 16_384  # bytes that a TLS record holds at most, RFC 8446, 5.1
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")  # as requests, and so az, reads them

# OpenSSL's verification results, include/openssl/x509_vfy.h
_NOT_YET_VALID, _EXPIRED, _WRONG_HOST, _WRONG_ADDRESS = 9, 10, 62, 64
_KIND_OF_RESULT = {
    _NOT_YET_VALID: Kind.NOT_YET_VALID,
    _EXPIRED: Kind.EXPIRED,
    _WRONG_HOST: Kind.WRONG_NAME,
    _WRONG_ADDRESS: Kind.WRONG_NAME,
}


class ShownCertificates(NamedTuple):
    """What TLS agreed on, and the certificates in DER: those that were sent, and the path that was verified."""

    version: str
    cipher: str
    sent: tuple[bytes, ...]
    verified: tuple[bytes, ...]


class Transport:
    """A connected socket with TLS on it. What goes wrong is raised as StepFailed."""

    def __init__(self, host: str, port: int, address: str, sock: ssl.SSLSocket):
        self.host = host
        self.port = port
        self.address = address
        self._sock = sock
        self._broken: OSError | None = None  # how it ended, after what the last look gave

    def send(self, data: bytes, step: str, seconds: float) -> None:
        """Send everything, within so many seconds."""
        started = time.monotonic()
        left = memoryview(data)
        try:
            while left:  # sendall() would give each record the whole time again
                self._sock.settimeout(max(started + seconds - time.monotonic(), 0.001))
                left = left[self._sock.send(left) :]
        except TimeoutError:
            raise self.failed(Kind.SILENT, step, "the server takes nothing in", time.monotonic() - started) from None
        except OSError as broken:
            raise self.failed(Kind.DROPPED, step, tcp.reason(broken), time.monotonic() - started) from None

    def receive_into(self, buffer: memoryview, step: str, seconds: float) -> int | None:
        """How many bytes came, or None when nothing came within so many seconds."""
        if self._broken is not None:
            raise self.failed(Kind.DROPPED, step, tcp.reason(self._broken))
        try:
            self._sock.settimeout(max(seconds, 0.001))
            count = self._sock.recv_into(buffer)
        except TimeoutError:
            return None
        except OSError as broken:
            raise self.failed(Kind.DROPPED, step, tcp.reason(broken)) from None
        if not count:
            raise self.failed(Kind.DROPPED, step, "the server closed the connection")
        return count if count < _RECORD else count + self._more_into(buffer[count:])

    def _more_into(self, buffer: memoryview) -> int:
        """How many bytes are there already. A stream in haste comes in full records, and each look at it costs time."""
        taken = 0
        self._sock.settimeout(0)
        while len(buffer) - taken >= _RECORD:
            try:
                count = self._sock.recv_into(buffer[taken:])
            except ssl.SSLWantReadError:
                break
            except OSError as broken:  # what came before it is looked at first
                self._broken = broken
                break
            taken += count
            if count < _RECORD:
                break
        return taken

    def shown(self) -> ShownCertificates:
        """What the handshake showed."""
        cipher = self._sock.cipher()
        return ShownCertificates(
            self._sock.version() or "", cipher[0] if cipher else "", chain.sent(self._sock), chain.verified(self._sock)
        )

    def failed(
        self, kind: Kind, step: str, description: str = "", seconds: float = 0.0, condition: str = ""
    ) -> StepFailed:
        """The exception for a step that failed on this connection."""
        return StepFailed(Failure(kind, step, self.host, self.port, self.address, condition, description, seconds))

    def close(self) -> None:
        """Close it, without waiting for the peer."""
        try:
            self._sock.close()
        except OSError:
            return  # a socket that is broken already is as good as closed


Connect = Callable[[str, int, float], Transport]  # to a host and port, within so many seconds


HANDSHAKE = "the TLS handshake"


def connect(
    host: str, port: int, seconds: float, proxy: Proxy | None = None, trusted: ssl.SSLContext | None = None
) -> Transport:
    """Connect to a host and verify who it is: name, connection, proxy and handshake have so many seconds together.

    Through a proxy the name is the proxy's to find, and TLS still verifies the host itself. `trusted` replaces the TLS
    settings that all connections share. Raises StepFailed.
    """
    step = HANDSHAKE
    if proxy is not None:
        step += f" through the proxy {proxy}"
    ends = time.monotonic() + seconds
    _judge_name(host, port)
    sock, where = reach(host, port, seconds, proxy)
    started = time.monotonic()

    def failed(kind: Kind, description: str) -> StepFailed:
        sock.close()
        return StepFailed(
            Failure(kind, step, host, port, where, description=description, seconds=time.monotonic() - started)
        )

    try:
        context = trusted or shared_trust()
    except OSError as wrong:  # ssl.SSLError is one
        raise failed(Kind.UNTRUSTED, f"the authorities to trust cannot be read: {wrong}") from None
    try:
        sock.settimeout(max(ends - time.monotonic(), 0.001))
        return Transport(host, port, where, context.wrap_socket(sock, server_hostname=host))
    except TimeoutError:
        if proxy is not None:
            raise failed(Kind.PROXY_SILENT, f"the proxy {proxy} opened the way, and nothing came through it") from None
        raise failed(Kind.SILENT, "nothing came") from None
    except ssl.SSLCertVerificationError as wrong:
        raise failed(_KIND_OF_RESULT.get(wrong.verify_code, Kind.UNTRUSTED), wrong.verify_message) from None
    except ssl.SSLEOFError:
        raise failed(Kind.DROPPED, f"{f'the proxy {proxy}' if proxy else 'the server'} closed the connection") from None
    except ssl.SSLError as wrong:
        raise failed(Kind.TLS, wrong.reason or str(wrong)) from None
    except OSError as broken:
        raise failed(Kind.DROPPED, tcp.reason(broken)) from None
    except ValueError as wrong:  # a name that no certificate can have
        raise failed(Kind.WRONG_NAME, str(wrong)) from None


def _judge_name(host: str, port: int) -> None:
    """Raise StepFailed for what can be no host name. ssl does so when it is too late to close the socket."""
    description = "the name has a character that no name can have" if "\0" in host else ""
    try:
        host.encode("idna")
    except UnicodeError as wrong:
        description = str(wrong)
    if description:
        raise StepFailed(Failure(Kind.NAME_NOT_RESOLVED, "the name look-up", host, port, description=description))


def reach(host: str, port: int, seconds: float, proxy: Proxy | None) -> tuple[socket.socket, str]:
    """A socket that leads to a host and port within so many seconds, and the address it is connected to.

    Raises StepFailed.
    """
    ends = time.monotonic() + seconds
    if proxy is None:
        return tcp.connect(host, port, address.find(host, port), seconds)
    try:
        sock, where = tcp.connect(proxy.host, proxy.port, address.find(proxy.host, proxy.port), seconds)
    except StepFailed as failed:
        found = failed.failure
        description = f"{proxy}, which {proxy.variable} names: {found.step} failed: {found.description}"
        raise StepFailed(
            Failure(
                Kind.PROXY_UNREACHABLE,
                "the connection to the proxy",
                host,
                port,
                found.address,
                "",
                description,
                found.seconds,
            )
        ) from None
    try:
        tunnel.open(sock, proxy, where, host, port, max(ends - time.monotonic(), 0.001))
    except BaseException:
        sock.close()
        raise
    return sock, where


def trust() -> ssl.SSLContext:
    """New TLS settings as every connection of this tool has them, for a caller that adds to them.

    They trust the roots that az trusts: those of REQUESTS_CA_BUNDLE, or this machine's, or certifi's where it has none.
    """
    context = _roots()
    # Without a subject alternative name OpenSSL would compare the subject's common name, which RFC 9110 4.3.4 forbids.
    context.hostname_checks_common_name = False
    return context


def public_trust() -> ssl.SSLContext:
    """TLS settings that trust the public authorities alone, whatever this machine trusts."""
    import certifi

    context = ssl.create_default_context(cafile=certifi.where())
    context.hostname_checks_common_name = False
    return context


class _Shared:
    """The last TLS settings that were made, and what they depend on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._depends: tuple[object, ...] = ()
        self._made: ssl.SSLContext | None = None

    def get(self) -> ssl.SSLContext:
        depends = _depends()
        with self._lock:  # which is held while files are read, and for no network
            if self._made is None or depends != self._depends:
                self._made, self._depends = trust(), depends
            return self._made


def _depends() -> tuple[object, ...]:
    """What the roots depend on: which files the environment names, and whether they are the same still."""
    system = ssl.get_default_verify_paths()
    named = [os.environ.get(name) for name in (*CA_VARIABLES, system.openssl_cafile_env, system.openssl_capath_env)]
    return tuple(_stamp(each) for each in named)


def _stamp(path: str | None) -> object:
    try:
        seen = os.stat(path) if path else None
    except OSError:  # reading the file raises a better error
        return path
    return (path, seen.st_ino, seen.st_size, seen.st_mtime_ns) if seen else None


_shared = _Shared()


def shared_trust() -> ssl.SSLContext:
    """The TLS settings that all connections of a command share; not to be changed.

    They are made once, and again where the environment names other roots. Raises OSError as `trust` does.
    """
    return _shared.get()


def _roots() -> ssl.SSLContext:
    named = next((os.environ[name] for name in CA_VARIABLES if os.environ.get(name)), None)
    if named:
        return ssl.create_default_context(
            cafile=None if os.path.isdir(named) else named, capath=named if os.path.isdir(named) else None
        )
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"] and not os.path.isdir(ssl.get_default_verify_paths().capath or ""):
        import certifi

        context.load_verify_locations(certifi.where())
    return context
