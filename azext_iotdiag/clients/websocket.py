"""AMQP over WebSocket, the way through port 443: a transport like the one in transport.py, on top of one."""

from __future__ import annotations

import time

from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    RejectConnection,
    RejectData,
    Request,
    TextMessage,
)
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from azext_iotdiag.clients import proxy, transport
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.clients.transport import HTTPS_PORT, Transport
from azext_iotdiag.model.failure import Kind, StepFailed

SUBPROTOCOL = "AMQPWSB10"  # the AMQP WebSocket binding's own name is "amqp"; Event Hubs and its clients say this one
STEP = "the opening of the WebSocket"
WORDS = 120  # characters of an answer that are shown

UNREADABLE = (RemoteProtocolError, UnicodeError)  # of wsproto, over what a server sends; the second over its headers
_BUSY = frozenset({408, 429, 500, 502, 503, 504})


class WebSocket:
    """Bytes in binary messages over a TLS connection. What goes wrong is raised as StepFailed."""

    def __init__(self, below: Transport, connection: WSConnection, deadlines: Deadlines):
        self._deadlines = deadlines
        self.host = below.host
        self.port = below.port
        self.address = below.address
        self._below = below
        self._connection = connection
        self._came = bytearray()  # of messages, and not yet asked for
        self._closed = ""  # what the server closed with

    def send(self, data: bytes, step: str, seconds: float) -> None:
        """Send everything as one message, within so many seconds."""
        self._below.send(self._frame(BytesMessage(data=data), step), step, seconds)

    def receive_into(self, buffer: memoryview, step: str, seconds: float) -> int | None:
        """How many bytes came, or None when nothing came within so many seconds."""
        self._take(step)  # what came together with the answer to the opening
        ends = time.monotonic() + seconds
        while not self._came:
            if self._closed:
                raise self.failed(Kind.DROPPED, step, self._closed)
            count = self._below.receive_into(buffer, step, ends - time.monotonic())
            if count is None:
                return None
            try:
                self._connection.receive_data(bytes(buffer[:count]))
            except UNREADABLE as wrong:
                raise self.failed(Kind.NOT_AMQP, step, f"not WebSocket: {wrong}") from None
            self._take(step)
            if not self._came and not self._closed and time.monotonic() >= ends:
                return None
        count = min(len(self._came), len(buffer))
        buffer[:count] = self._came[:count]
        del self._came[:count]
        return count

    def failed(
        self, kind: Kind, step: str, description: str = "", seconds: float = 0.0, condition: str = ""
    ) -> StepFailed:
        """The exception for a step that failed on this connection."""
        return self._below.failed(kind, step, description, seconds, condition)

    def close(self) -> None:
        """Say goodbye and close it, without waiting for the peer."""
        try:
            if self._connection.state is ConnectionState.OPEN:
                self._below.send(self._connection.send(CloseConnection(code=1000)), "goodbye", self._deadlines.farewell)
        except StepFailed:
            return  # a peer that is gone needs no goodbye
        finally:
            self._below.close()

    def _take(self, step: str) -> None:
        try:
            for event in self._connection.events():
                if isinstance(event, BytesMessage):
                    self._came += event.data
                elif isinstance(event, Ping):
                    self._below.send(self._frame(event.response(), step), step, self._deadlines.step)
                elif isinstance(event, TextMessage):
                    raise self.failed(Kind.NOT_AMQP, step, f"the server sends text: {_words(event.data)!r}")
                elif isinstance(event, CloseConnection):
                    why = f": {event.reason}" if event.reason else ""
                    if self._connection.state is ConnectionState.OPEN:  # so wsproto reports what it cannot read
                        raise self.failed(Kind.NOT_AMQP, step, f"not WebSocket{why}")
                    self._closed = f"the server closed the WebSocket with code {int(event.code)}{why}"
                    self._answer_close(event)
        except UNREADABLE as wrong:
            raise self.failed(Kind.NOT_AMQP, step, f"not WebSocket: {wrong}") from None

    def _answer_close(self, event: CloseConnection) -> None:
        try:
            self._below.send(self._connection.send(event.response()), "goodbye", self._deadlines.farewell)
        except (StepFailed, LocalProtocolError):
            return  # it was not obliged to wait for the answer

    def _frame(self, event: Event, step: str) -> bytes:
        try:
            return self._connection.send(event)
        except LocalProtocolError:
            raise self.failed(Kind.DROPPED, step, self._closed or "the WebSocket is closed") from None


def connect(host: str, path: str, deadlines: Deadlines | None = None) -> WebSocket:
    """Connect to a host, through the proxy that applies to it if there is one, and open a WebSocket for AMQP.

    Raises StepFailed, and proxy.BadProxy.
    """
    deadlines = deadlines or usual()
    below = transport.connect(host, HTTPS_PORT, deadlines.step, proxy.find(host, HTTPS_PORT))
    return opened(below, path, deadlines)


def opened(
    below: Transport, path: str, deadlines: Deadlines | None = None, subprotocol: str = SUBPROTOCOL
) -> WebSocket:
    """Open a WebSocket on a connection, which is closed when that fails. Raises StepFailed."""
    deadlines = deadlines or usual()
    connection = WSConnection(ConnectionType.CLIENT)
    asked = connection.send(Request(host=below.host, target=path, subprotocols=[subprotocol]))
    try:
        below.send(asked, STEP, deadlines.step)
        _wait(below, connection, deadlines.step)
    except BaseException:
        below.close()
        raise
    return WebSocket(below, connection, deadlines)


def _wait(below: Transport, connection: WSConnection, seconds: float) -> None:
    """Wait for the answer to the opening: 101, or what else the server says."""
    started = time.monotonic()
    buffer = memoryview(bytearray(65_536))
    first, body = b"", b""
    rejected: RejectConnection | None = None
    whole = False
    while rejected is None or (not whole and len(body) < 8 * WORDS):
        try:
            left = seconds - (time.monotonic() - started)
            count = below.receive_into(buffer, STEP, left) if left > 0 else None
        except StepFailed:
            if not first:
                raise
            count = None
        if count is None:
            break
        data = bytes(buffer[:count])
        first = first or data
        try:
            connection.receive_data(data)
        except UNREADABLE as wrong:
            if rejected is None:
                raise below.failed(
                    Kind.NOT_AMQP, STEP, f"not the answer of a WebSocket: {wrong}; it begins with {_words(first)!r}"
                ) from None
            break
        # Of the opening only: what follows it is for the reader of the WebSocket.
        for event in connection.handshake.events():
            if isinstance(event, AcceptConnection):
                return
            if isinstance(event, RejectConnection):
                rejected, whole = event, not event.has_body
            elif isinstance(event, RejectData):
                body += event.data
                whole = event.body_finished
    if rejected is not None:
        raise _refused(below, rejected, body)
    if first:
        raise below.failed(Kind.NOT_AMQP, STEP, f"not the answer of a WebSocket; it begins with {_words(first)!r}")
    raise below.failed(Kind.SILENT, STEP, "nothing came", time.monotonic() - started)


def _refused(below: Transport, rejected: RejectConnection, body: bytes) -> StepFailed:
    status = rejected.status_code
    kind = Kind.BUSY if status in _BUSY else Kind.WEBSOCKET_REFUSED if status in (401, 403) else Kind.NOT_AMQP
    said = _words(body)
    return below.failed(
        kind, STEP, f"the server answers HTTP {status}" + (f": {said}" if said else ""), condition=f"http:{status}"
    )


def _words(data: str | bytes) -> str:
    """The first words of an answer, for people."""
    text = bytes(data[: 8 * WORDS]).decode("utf-8", "replace") if isinstance(data, bytes | bytearray) else str(data)
    return " ".join(text.split())[:WORDS]
