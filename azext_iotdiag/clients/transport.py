"""A verified TLS connection to a host, each step with a deadline and a failure that says which step it was."""
from __future__ import annotations

import os
import socket
import ssl
import threading
import time

from azext_iotdiag.clients import address
from azext_iotdiag.clients.failed import StepFailed
from azext_iotdiag.model.failure import Failure, Kind

STEP_SECONDS = 10.0
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")  # as requests, and so az, reads them

# OpenSSL's verification results, include/openssl/x509_vfy.h
_NOT_YET_VALID, _EXPIRED, _WRONG_HOST, _WRONG_ADDRESS = 9, 10, 62, 64
_KIND_OF_RESULT = {_NOT_YET_VALID: Kind.EXPIRED, _EXPIRED: Kind.EXPIRED, _WRONG_HOST: Kind.WRONG_NAME, _WRONG_ADDRESS: Kind.WRONG_NAME}


class Transport:
    """A connected socket with TLS on it. What goes wrong is raised as StepFailed."""

    def __init__(self, host: str, port: int, sock: ssl.SSLSocket):
        self.host = host
        self.port = port
        self.address = "{}:{}".format(*sock.getpeername()[:2])
        self._sock = sock

    def send(self, data: bytes, step: str, seconds: float = STEP_SECONDS) -> None:
        """Send everything, within so many seconds."""
        started = time.monotonic()
        try:
            self._sock.settimeout(seconds)
            self._sock.sendall(data)
        except TimeoutError:
            raise self.failed(Kind.SILENT, step, "the server takes nothing in", time.monotonic() - started) from None
        except OSError as broken:
            raise self.failed(Kind.DROPPED, step, _reason(broken), time.monotonic() - started) from None

    def receive_into(self, buffer: memoryview, step: str, seconds: float) -> int | None:
        """How many bytes came, or None when nothing came within so many seconds."""
        try:
            self._sock.settimeout(max(seconds, 0.001))
            count = self._sock.recv_into(buffer)
        except TimeoutError:
            return None
        except OSError as broken:
            raise self.failed(Kind.DROPPED, step, _reason(broken)) from None
        if not count:
            raise self.failed(Kind.DROPPED, step, "the server closed the connection")
        return count

    def failed(self, kind: Kind, step: str, description: str = "", seconds: float = 0.0, condition: str = "") -> StepFailed:
        """The exception for a step that failed on this connection."""
        return StepFailed(Failure(kind, step, self.host, self.port, self.address, condition, description, seconds))

    def close(self) -> None:
        """Close it, without waiting for the peer."""
        try:
            self._sock.close()
        except OSError:
            return  # a socket that is broken already is as good as closed


def connect(host: str, port: int, seconds: float = STEP_SECONDS) -> Transport:
    """Connect to a host and verify who it is; each of name, connection and handshake has so many seconds.

    Raises StepFailed.
    """
    to_host, to_port = address.find(host, port)
    found = _resolve(host, port, to_host, to_port, seconds)
    sock = _connect(host, port, found, seconds)
    where = "{}:{}".format(*sock.getpeername()[:2])
    started = time.monotonic()

    def failed(kind: Kind, description: str) -> StepFailed:
        sock.close()
        return StepFailed(Failure(kind, "the TLS handshake", host, port, where, description=description, seconds=time.monotonic() - started))

    try:
        sock.settimeout(seconds)
        return Transport(host, port, trust().wrap_socket(sock, server_hostname=host))
    except TimeoutError:
        raise failed(Kind.SILENT, "nothing came") from None
    except ssl.SSLCertVerificationError as wrong:
        raise failed(_KIND_OF_RESULT.get(wrong.verify_code, Kind.UNTRUSTED), wrong.verify_message) from None
    except ssl.SSLEOFError:
        raise failed(Kind.DROPPED, "the server closed the connection") from None
    except ssl.SSLError as wrong:
        raise failed(Kind.TLS, wrong.reason or str(wrong)) from None
    except OSError as broken:
        raise failed(Kind.DROPPED, _reason(broken)) from None


def trust() -> ssl.SSLContext:
    """The roots that az trusts: those of REQUESTS_CA_BUNDLE, or this machine's, or certifi's where it has none."""
    named = next((os.environ[name] for name in CA_VARIABLES if os.environ.get(name)), None)
    if named:
        return ssl.create_default_context(cafile=None if os.path.isdir(named) else named, capath=named if os.path.isdir(named) else None)
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"] and not os.path.isdir(ssl.get_default_verify_paths().capath or ""):
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def _resolve(host: str, port: int, to_host: str, to_port: int, seconds: float) -> list:
    """getaddrinfo with a deadline: it has none of its own, so a thread waits for it and is left behind when late."""
    answer: list = []
    problem: list[OSError] = []

    def ask() -> None:
        try:
            answer.extend(socket.getaddrinfo(to_host, to_port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as wrong:
            problem.append(wrong if isinstance(wrong, OSError) else OSError(str(wrong)))

    started = time.monotonic()
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if answer:
        return answer
    description = _reason(problem[0]) if problem else "the name service does not answer"
    raise StepFailed(Failure(Kind.NAME_NOT_RESOLVED, "the name look-up", host, port, description=description, seconds=time.monotonic() - started))


def _connect(host: str, port: int, found: list, seconds: float) -> socket.socket:
    started = time.monotonic()
    last: OSError = TimeoutError()
    where = ""
    for family, kind, protocol, _, to in found:
        sock = socket.socket(family, kind, protocol)
        try:
            where = "{}:{}".format(*to[:2])
            sock.settimeout(max(seconds - (time.monotonic() - started), 0.001))
            sock.connect(to)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        except OSError as wrong:
            sock.close()
            last = wrong
    how = Kind.REFUSED_CONNECTION if isinstance(last, ConnectionRefusedError) else Kind.UNREACHABLE
    description = "nothing came" if isinstance(last, TimeoutError) else _reason(last)
    raise StepFailed(Failure(how, "the TCP connection", host, port, where, description=description, seconds=time.monotonic() - started))


def _reason(problem: OSError) -> str:
    return problem.strerror or str(problem) or type(problem).__name__
