"""What a server sends when TLS begins, read without trusting it: for a handshake that failed, to see why.

Nothing is sent but the handshake itself. The bytes are counted, because a path that loses large packets, and a server
that speaks no TLS, look alike to a library of TLS.
"""

from __future__ import annotations

import contextlib
import ssl
import time
from dataclasses import dataclass

from azext_iotdiag.clients import chain, transport
from azext_iotdiag.clients.proxy import Proxy
from azext_iotdiag.model.failure import StepFailed

_RECORDS = frozenset(range(20, 25))  # the first byte of a TLS record: its content type. RFC 8446, 5.1
_WORDS = 120  # characters of an answer that is no TLS


@dataclass(frozen=True)
class FirstFlight:
    """What came: how many bytes, the first words where they are no TLS, and the certificates, in DER."""

    received: int = 0
    begins: str = ""
    certificates: tuple[bytes, ...] = ()
    version: str = ""


def look(host: str, port: int, seconds: float, proxy: Proxy | None = None) -> FirstFlight:
    """What the server sends within so many seconds; nothing where it cannot be reached."""
    ends = time.monotonic() + seconds
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = _unverified().wrap_bio(incoming, outgoing, server_hostname=host)
    came = bytearray()
    with contextlib.suppress(OSError, StepFailed):  # ssl.SSLError is an OSError; what came until then is the answer
        plain, _ = transport.reach(host, port, seconds, proxy)
        with plain:
            while not _shaken(tls):
                plain.settimeout(max(ends - time.monotonic(), 0.001))
                plain.sendall(outgoing.read())
                data = plain.recv(65_536)
                if not data:
                    break
                came += data
                incoming.write(data)
    return FirstFlight(len(came), _words(came), chain.sent(tls), tls.version() or "")


def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the point is to see what could not be verified
    return context


def _shaken(tls: ssl.SSLObject) -> bool:
    try:
        tls.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


def _words(came: bytearray) -> str:
    if not came or came[0] in _RECORDS:
        return ""
    return " ".join(came[: 8 * _WORDS].decode("utf-8", "replace").split())[:_WORDS]
