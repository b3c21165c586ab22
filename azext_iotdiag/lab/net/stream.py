"""TLS streams for asyncio over pyOpenSSL's memory BIOs, server side only; listener.py accepts them.

Not the standard library's ssl, which has no way to accept a client certificate that no authority vouches for, as the
self-signed one of an X.509 device is.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import sys

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from OpenSSL import SSL

FAREWELL_SECONDS = 2.0  # how long a closed connection may take to send what is left and to see the peer close
_CHUNK = 65_536

log = logging.getLogger(__name__)


SAW_CERTIFICATE, SAID_NOTHING = "after it saw the certificate", "before it said anything"


class TlsFailed(ConnectionError):
    """The handshake failed, or what came in afterwards was no TLS."""


class TlsStream:
    """The server's end of one TLS connection. One task may read and another write.

    `peer` is "address:port". After the handshake `sni` is the host name that the client asked for ("" if none), and
    `peer_certificate` the client's certificate, unverified, or None; `peer_chain` is that and what the client sent
    to vouch for it. `tls` is the version, such as TLSv1.3. Every method but `write`, `close` and `abort` raises
    ConnectionError when the connection breaks.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: SSL.Context):
        self._reader = reader
        self._writer = writer
        self._loop = asyncio.get_running_loop()
        self._tls = SSL.Connection(context, None)
        self._tls.set_accept_state()
        self._plain = bytearray()  # small writes of one turn of the loop leave as one TLS record
        self._flushing: asyncio.Handle | None = None
        self._draining = asyncio.Lock()
        self._closed = False
        self.peer = peer_of(writer)
        self.sni = ""
        self.tls, self.over_websocket = "", False
        self.peer_certificate: x509.Certificate | None = None
        self.peer_chain: tuple[x509.Certificate, ...] = ()

    async def handshake(self) -> None:
        """Do the TLS handshake. Raises TlsFailed with what OpenSSL says. Has no deadline of its own."""
        greeted = False
        while True:
            try:
                self._tls.do_handshake()
                break
            except SSL.WantReadError:
                pass  # nothing is awaited in here, or all that waits would keep this exception
            except SSL.Error as error:
                self._send_records()  # the alert
                raise TlsFailed(_reason(error)) from None
            self._send_records()
            if not await self._receive():
                raise TlsFailed(f"the peer left the TLS handshake {SAW_CERTIFICATE if greeted else SAID_NOTHING}")
            greeted = True
        self._send_records()
        name = self._tls.get_servername()
        self.sni = name.decode("ascii", "backslashreplace") if name else ""
        self.tls = self._tls.get_protocol_version_name()
        self.peer_certificate = own = self._tls.get_peer_certificate(as_cryptography=True)
        if own is not None:  # OpenSSL leaves it out of the chain at this end
            others = self._tls.get_peer_cert_chain(as_cryptography=True) or ()
            self.peer_chain = (own, *(certificate for certificate in others if certificate != own))

    async def read(self, n: int = _CHUNK) -> bytes:
        """At least one and at most `n` bytes, or b"" when the peer, or we, have closed."""
        while not self._closed:
            try:
                return self._tls.recv(n)
            except SSL.WantReadError:
                self._send_records()
                if not await self._receive():
                    return b""
            except SSL.ZeroReturnError:
                return b""
            except SSL.Error as error:
                raise TlsFailed(_reason(error)) from None
        return b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send `data` soon. Follow it with `drain` where there may be much. Does nothing once closed."""
        if self._closed:
            return
        self._plain += data
        if len(self._plain) >= _CHUNK:
            self._flush()
        elif self._flushing is None:
            self._flushing = self._loop.call_soon(self._flush)

    @property
    def unsent(self) -> int:
        """How many bytes wait because the peer does not read them."""
        return len(self._plain) + self._writer.transport.get_write_buffer_size()

    async def drain(self) -> None:
        """Return when what was written has left, or little enough of it waits."""
        if self._closed:
            raise ConnectionResetError("the connection is closed")
        self._flush()
        async with self._draining:
            await self._writer.drain()

    def close(self) -> None:
        """Send what was written and the end of the stream, and read no more."""
        if self._closed:
            return
        self._flush()
        self._closed = True
        try:
            self._tls.shutdown()
        except SSL.Error:  # before the end of the handshake there is nothing to shut down
            log.debug("%s: closed before TLS was up", self.peer)
        self._send_records()
        if self._writer.can_write_eof() and not self._writer.is_closing():
            try:
                self._writer.write_eof()
            except OSError:
                self._writer.close()

    def abort(self) -> None:
        """Reset the connection, as a failing network does; what was written and not drained is lost."""
        self._closed = True
        if self._flushing is not None:
            self._flushing.cancel()
        self._plain.clear()
        reset(self._writer)

    async def farewell(self) -> None:
        """Close, and wait for the peer to close too, for at most FAREWELL_SECONDS."""
        self.close()
        try:
            # Closing a socket with unread data makes it a reset, which may overtake our last words.
            await asyncio.wait_for(self._swallow(), FAREWELL_SECONDS)
        except (ConnectionError, asyncio.TimeoutError):
            self.abort()
            return
        self._writer.close()

    async def _swallow(self) -> None:
        while await self._reader.read(_CHUNK):
            pass
        await self._writer.drain()

    def _flush(self) -> None:
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        if self._closed or not self._plain:
            return
        data = bytes(self._plain)
        self._plain.clear()
        try:
            self._tls.sendall(data)
        except SSL.Error as error:
            log.info("%s: TLS broke: %s", self.peer, _reason(error))
            self.abort()
            return
        self._send_records()

    def _send_records(self) -> None:
        if self._writer.is_closing():
            return
        try:
            while True:
                self._writer.write(self._tls.bio_read(_CHUNK))
        except SSL.WantReadError:
            return

    async def _receive(self) -> bool:
        data = await self._reader.read(_CHUNK)
        if data:
            self._tls.bio_write(data)
        return bool(data)


def server_context(certificate_pem: bytes, key_pem: bytes) -> SSL.Context:
    """A server's TLS 1.2 and 1.3 settings, which ask for a client certificate and accept any or none."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(SSL.OP_NO_RENEGOTIATION)
    leaf, *chain = x509.load_pem_x509_certificates(certificate_pem)
    context.use_certificate(leaf)
    for certificate in chain:
        context.add_extra_chain_cert(certificate)
    context.use_privatekey(load_pem_private_key(key_pem, None))  # type: ignore[arg-type]
    context.check_privatekey()
    context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
    context.set_session_id(b"iotdiag-lab")
    return context


def peer_of(writer: asyncio.StreamWriter) -> str:
    """Who is at the other end, as "address:port"."""
    address = writer.get_extra_info("peername")
    return f"{address[0]}:{address[1]}" if address else "unknown"


def reset(writer: asyncio.StreamWriter) -> None:
    """End a TCP connection by a reset."""
    raw = writer.get_extra_info("socket")
    if raw is not None and not writer.is_closing():
        form = "hh" if sys.platform == "win32" else "ii"  # struct linger: two u_short there, two int elsewhere
        try:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(form, 1, 0))
        except OSError as error:  # macOS: EINVAL once the peer has gone
            log.debug("no linger: %s", error)
    writer.transport.abort()


def _reason(error: SSL.Error) -> str:
    """OpenSSL's own words for an error, such as "tlsv1 alert unknown ca"."""
    stack = error.args[0] if error.args else ()
    if isinstance(stack, (list, tuple)) and stack:
        return "; ".join(str(entry[-1]) for entry in stack)
    return str(error) or type(error).__name__
