"""The certificates of a TLS connection, in DER: those that the server sent, and the path on which it was verified.

Python has had public methods for both since 3.13. Before that they are those of the C object below, with these names.
"""

from __future__ import annotations

import ssl
from typing import Any

# RFC 5246, 7.4.2: the head of a handshake message, the length of the list, and that of each certificate.
_HEAD, _LIST, _LENGTH = 4, 3, 3
# RFC 8446, 4.4.2: the length of the request's context, and that of the extensions of each certificate.
_CONTEXT, _EXTENSIONS = 1, 2
_DER = 2  # _ssl.ENCODING_DER


def sent(tls: ssl.SSLSocket | ssl.SSLObject) -> tuple[bytes, ...]:
    """The certificates that the server sent, its own first."""
    return _chain(tls, "get_unverified_chain")


def verified(tls: ssl.SSLSocket | ssl.SSLObject) -> tuple[bytes, ...]:
    """The path from the server's certificate to the root that is trusted; it may hold what the server did not send."""
    return _chain(tls, "get_verified_chain")


def message_size(certificates: tuple[bytes, ...], version: str | None) -> int:
    """The bytes of the server's certificate message, where no certificate has extensions beside it in TLS 1.3."""
    if not certificates:
        return 0
    head, each = _HEAD + _LIST, _LENGTH
    if version == "TLSv1.3":
        head, each = head + _CONTEXT, each + _EXTENSIONS
    return head + sum(each + len(one) for one in certificates)


def _chain(tls: ssl.SSLSocket | ssl.SSLObject, method: str) -> tuple[bytes, ...]:
    public: Any = getattr(tls, method, None)
    if public is not None:
        return tuple(public())
    below: Any = getattr(tls, "_sslobj", None)
    if below is None:
        return ()
    return tuple(_encoded(each) for each in getattr(below, method)() or ())


def _encoded(certificate: Any) -> bytes:
    return certificate if isinstance(certificate, bytes) else bytes(certificate.public_bytes(_DER))
