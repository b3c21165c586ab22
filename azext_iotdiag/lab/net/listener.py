"""A port that accepts connections, follows each one to its end, and ends them all when it is closed."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable

from OpenSSL import SSL

from azext_iotdiag.lab.net import machine
from azext_iotdiag.lab.net.latency import Delayed
from azext_iotdiag.lab.net.stream import TlsStream, peer_of, reset

HANDSHAKE_SECONDS = 30.0
CONNECTION_LIMIT = 10_000
HALF_OPEN_LIMIT = 2_000  # each takes some 60 kB, and more devices than that do not connect at one moment
REMOTE_LIMIT = 1_000  # of a port, from other machines, so that these cannot shut out programs of this one
BACKLOG = 512

Attend = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

log = logging.getLogger(__name__)


class Listener:
    """A listening port and the connections it accepted."""

    def __init__(self, server: asyncio.Server, tasks: set[asyncio.Task], accept: Callable[..., None]):
        self._server = server
        self._tasks = tasks
        self._accept = accept
        self._blocked = False
        self._kept: socket.socket | None = None  # holds the port while it is blocked
        self._opening: asyncio.Task | None = None
        self.port: int = server.sockets[0].getsockname()[1]

    @property
    def connections(self) -> int:
        """How many connections there are, in whatever state."""
        return len(self._tasks)

    def block(self) -> None:
        """Refuse new connections, as a firewall does that answers for the port; those that there are go on."""
        self._blocked = True
        self._settle()

    def unblock(self) -> None:
        """Accept connections again."""
        self._blocked = False
        self._settle()

    def _settle(self, _: object = None) -> None:
        if self._opening is not None and not self._opening.done():
            return  # it calls again
        if self._blocked and self._kept is None and self._server.sockets:
            address, family = self._server.sockets[0].getsockname(), self._server.sockets[0].family
            self._server.close()
            self._kept = socket.socket(family)  # bound and not listening: no other program gets the port meanwhile
            if os.name == "posix":
                self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._kept.bind(address)
        elif not self._blocked and self._kept is not None:
            kept, self._kept = self._kept, None
            kept.listen(BACKLOG)  # from now on no client is refused, even before the server below has begun
            self._opening = asyncio.get_running_loop().create_task(self._open(kept))
            self._opening.add_done_callback(self._settle)

    async def _open(self, kept: socket.socket) -> None:
        self._server = await asyncio.start_server(self._accept, sock=kept, backlog=BACKLOG)

    async def close(self) -> None:
        """Stop listening and end every connection at once."""
        if self._opening is not None:
            await self._opening
        if self._kept is not None:
            self._kept.close()
        self._server.close()
        while self._tasks:  # a connection may be accepted until the loop has turned
            tasks = tuple(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=5)
        await asyncio.sleep(0)  # lets the transports tell that they are gone


async def listen(
    on_stream: Callable[[TlsStream], Awaitable[None]],
    *,
    host: str,
    port: int = 0,
    context_for: Callable[[], SSL.Context],
    before_tls: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bool]] | None = None,
    delay: Callable[[], float] = lambda: 0.0,
    on_refused: Callable[[str, str], None] = lambda peer, reason: None,
    handshake_seconds: float = HANDSHAKE_SECONDS,
    limit: int = CONNECTION_LIMIT,
    half_open: int = HALF_OPEN_LIMIT,
) -> Listener:
    """Accept TLS connections and hand each, after the handshake, to `on_stream`, which returns when it is over.

    `context_for` is asked for each connection as it is accepted: a client that sends no SNI would never reach
    OpenSSL's own callback. `before_tls` may hold a connection back, and refuse it by returning False. `delay` gives the
    seconds that a round trip over the next connection takes longer.
    `on_refused(peer, reason)` hears of connections that never reached `on_stream`. Where more than `half_open` are in
    the handshake, the one that is longest in it makes room, so that a silent client cannot shut others out.
    Raises OSError where the address cannot be listened on.
    """
    shaking: dict[TlsStream, Callable[[str], None]] = {}  # who has not yet shaken hands, the longest first

    async def shake(stream: TlsStream, writer: asyncio.StreamWriter) -> None:
        given_up: list[str] = []

        def give_up(why: str) -> None:
            given_up.append(why)
            reset(writer)

        # No wait_for: its exceptions are part of cycles, which keep what OpenSSL holds until they are collected.
        late = f"no TLS handshake within {handshake_seconds:g} s"
        timer = asyncio.get_running_loop().call_later(handshake_seconds, give_up, late)
        shaking[stream] = give_up
        if len(shaking) > half_open:
            shaking.pop(next(iter(shaking)))(f"no TLS handshake yet, and {half_open} others wait for theirs")
        try:
            await stream.handshake()
        except ConnectionError as error:
            on_refused(stream.peer, given_up[0] if given_up else str(error))
            raise
        finally:
            timer.cancel()
            shaking.pop(stream, None)

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seconds = delay()
        way = Delayed(reader, writer, seconds) if seconds else None
        if way is not None:
            reader, writer = way.reader, way  # type: ignore[assignment]
        try:
            if before_tls is not None and not await before_tls(reader, writer):
                writer.close()
                return
            stream = TlsStream(reader, writer, context_for())
            try:
                await shake(stream, writer)
            except ConnectionError:
                await stream.farewell()
                return
            await on_stream(stream)
            await stream.farewell()
        except ConnectionError as error:
            log.debug("%s: %s", peer_of(writer), error)
            reset(writer)
        except BaseException:
            reset(writer)
            raise
        finally:
            if way is not None:
                await way.end()

    return await listen_plain(attend, host=host, port=port, on_refused=on_refused, limit=limit)


async def listen_plain(
    attend: Attend,
    *,
    host: str,
    port: int = 0,
    on_refused: Callable[[str, str], None] = lambda peer, reason: None,
    limit: int = CONNECTION_LIMIT,
) -> Listener:
    """Accept TCP connections and hand each to `attend`, which ends it. Raises OSError as `listen` does."""
    tasks: set[asyncio.Task] = set()
    remote: set[asyncio.Task] = set()

    def why_not(address: str) -> str:
        if len(tasks) >= limit:
            return f"there are {limit} connections already"
        if address and not machine.is_own(address):
            if not machine.is_local(address):
                return "it comes from no address of a local network"
            if len(remote) >= REMOTE_LIMIT:
                return f"there are {REMOTE_LIMIT} connections from other machines already"
        return ""

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        if why := why_not(address):
            on_refused(peer_of(writer), why)
            reset(writer)
            return
        task = asyncio.get_running_loop().create_task(attend(reader, writer))
        tasks.add(task)
        if address and not machine.is_own(address):
            remote.add(task)
        task.add_done_callback(ended)

    def ended(task: asyncio.Task) -> None:
        tasks.discard(task)
        remote.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a connection ended by a mistake of the lab", exc_info=error)

    server = await asyncio.start_server(accept, host, port, backlog=BACKLOG)
    return Listener(server, tasks, accept)
