"""A port that accepts TLS connections, follows each one to its end, and ends them all when it is closed."""
from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from OpenSSL import SSL

from azext_iotdiag.lab.stream import TlsStream, peer_of, reset

HANDSHAKE_SECONDS = 30.0
CONNECTION_LIMIT = 10_000

log = logging.getLogger(__name__)


class Listener:
    """A listening port and the connections it accepted."""

    def __init__(self, server: asyncio.Server, tasks: set[asyncio.Task]):
        self._server = server
        self._tasks = tasks
        self.port: int = server.sockets[0].getsockname()[1]

    @property
    def connections(self) -> int:
        """How many connections there are, in whatever state."""
        return len(self._tasks)

    async def close(self) -> None:
        """Stop listening and end every connection at once."""
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
    before_tls: Callable[[asyncio.StreamReader, str], Awaitable[bool]] | None = None,
    on_refused: Callable[[str, str], None] = lambda peer, reason: None,
    handshake_seconds: float = HANDSHAKE_SECONDS,
    limit: int = CONNECTION_LIMIT,
) -> Listener:
    """Accept TLS connections and hand each, after the handshake, to `on_stream`, which returns when it is over.

    `context_for` is asked for each connection as it is accepted: a client that sends no SNI would never reach
    OpenSSL's own callback. `before_tls` may hold a connection (reader, peer) back, and refuse it by returning False.
    `on_refused(peer, reason)` hears of connections that never reached `on_stream`. Raises OSError where the address
    cannot be listened on.
    """
    tasks: set[asyncio.Task] = set()

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if before_tls is not None and not await before_tls(reader, peer_of(writer)):
                writer.close()
                return
            stream = TlsStream(reader, writer, context_for())
            try:
                await asyncio.wait_for(stream.handshake(), handshake_seconds)
            except asyncio.TimeoutError:
                on_refused(stream.peer, f"no TLS handshake within {handshake_seconds:g} s")
                reset(writer)
                return
            except ConnectionError as error:
                on_refused(stream.peer, str(error))
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

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(tasks) >= limit:
            on_refused(peer_of(writer), f"there are {limit} connections already")
            reset(writer)
            return
        task = asyncio.get_running_loop().create_task(attend(reader, writer))
        tasks.add(task)
        task.add_done_callback(ended)

    def ended(task: asyncio.Task) -> None:
        tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a connection ended by a mistake of the lab", exc_info=error)

    server = await asyncio.start_server(accept, host, port, backlog=512)
    return Listener(server, tasks)
