"""A WebSocket as a stream of bytes, for services that know nothing of it: the server's end, after the opening."""

from __future__ import annotations

import logging

from cryptography import x509
from wsproto import WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from azext_iotdiag.lab.net.stream import TlsStream

log = logging.getLogger(__name__)


class WebSocketStream:
    """What a TlsStream offers, on top of one: binary messages are joined, pings answered, anything else ends it.

    `host` is the name that the opening request asked for. It takes the place of the name in TLS, as for any request.
    """

    def __init__(self, below: TlsStream, connection: WSConnection, host: str):
        self._below = below
        self._connection = connection
        self._over = False
        self.peer = below.peer
        self.sni = host
        self.peer_certificate: x509.Certificate | None = below.peer_certificate
        self.peer_chain = below.peer_chain
        self.tls, self.over_websocket = below.tls, True

    async def read(self, n: int = 65_536) -> bytes:
        """At least one byte, and about `n` at most, or b"" when the peer, or we, have closed."""
        while True:
            data = self._events()  # what came together with the request, the first time
            if data or self._over:
                return data
            came = await self._below.read(n)
            if not came:
                self._over = True
                return b""
            try:
                self._connection.receive_data(came)
            except RemoteProtocolError as wrong:
                self._end(CloseReason.PROTOCOL_ERROR, str(wrong))

    def _events(self) -> bytes:
        came = bytearray()
        try:
            for event in self._connection.events():
                if isinstance(event, BytesMessage):
                    came += event.data
                elif isinstance(event, Ping):
                    self._send(event.response())
                elif isinstance(event, TextMessage):
                    self._end(CloseReason.UNSUPPORTED_DATA, "only binary messages are spoken here")
                elif isinstance(event, CloseConnection):
                    if self._connection.state is ConnectionState.OPEN:  # so wsproto reports what it cannot read
                        self._end(event.code, event.reason or "")
                    self._send(event.response())
                    self._over = True
        except RemoteProtocolError as wrong:
            self._end(CloseReason.PROTOCOL_ERROR, str(wrong))
        return bytes(came)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send `data` soon, as one message. Does nothing once closed."""
        if data:
            self._send(BytesMessage(data=bytes(data)))

    @property
    def unsent(self) -> int:
        """How many bytes wait because the peer does not read them."""
        return self._below.unsent

    async def drain(self) -> None:
        """Return when what was written has left, or little enough of it waits."""
        await self._below.drain()

    def close(self) -> None:
        """Send what was written and the end of the WebSocket and of the stream, and read no more."""
        self._end(CloseReason.NORMAL_CLOSURE, "")
        self._below.close()

    def abort(self) -> None:
        """Reset the connection, as a failing network does."""
        self._over = True
        self._below.abort()

    def _end(self, code: int, reason: str) -> None:
        if not self._over:
            self._send(CloseConnection(code=code, reason=reason[:100]))
            self._over = True

    def _send(self, event: Event) -> None:
        try:
            self._below.write(self._connection.send(event))
        except LocalProtocolError as late:
            log.debug("%s: after the end of the WebSocket: %s", self.peer, late)
