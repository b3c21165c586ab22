"""A relay that makes a network slow: all bytes take half of the round trip each way, and the first ones a whole one
more, because a connection's own set-up takes that long, which on this machine takes no time.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

HOST = "127.0.0.1"


@contextmanager
def relay(port: int, round_trip: float) -> Iterator[int]:
    """The port of a relay to a port of this machine, in a thread of its own; `round_trip` is in seconds."""
    started: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(port, round_trip, started)), daemon=True)
    thread.start()
    own_port, loop, over = started.result()
    try:
        yield own_port
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()


async def _serve(port: int, round_trip: float, started: Future) -> None:
    over = asyncio.Event()
    connections: set[asyncio.Task] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.ensure_future(_connect(reader, writer, port, round_trip)))

    server = await asyncio.start_server(accept, HOST, 0)
    started.set_result((server.sockets[0].getsockname()[1], asyncio.get_running_loop(), over))
    await over.wait()
    server.close()
    for connection in connections:
        connection.cancel()
    await asyncio.gather(*connections, return_exceptions=True)


async def _connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, round_trip: float) -> None:
    there_reader, there_writer = await asyncio.open_connection(HOST, port)
    set_up = asyncio.get_running_loop().time() + round_trip
    try:
        await asyncio.gather(
            _pass_on(reader, there_writer, round_trip / 2, set_up), _pass_on(there_reader, writer, round_trip / 2, 0)
        )
    finally:
        writer.close()
        there_writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float, not_before: float) -> None:
    """Write what is read, each piece `delay` seconds after it came, or after `not_before`, where that is later."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def write() -> None:
        while True:
            due, data = await waiting.get()
            await asyncio.sleep(due - loop.time())
            if not data:
                writer.write_eof() if writer.can_write_eof() else writer.close()
                return
            writer.write(data)

    writing = asyncio.ensure_future(write())
    try:
        while True:
            try:
                data = await reader.read(65_536)
            except ConnectionError:
                data = b""
            waiting.put_nowait((max(loop.time(), not_before) + delay, data))
            if not data:
                await writing
                return
    finally:
        writing.cancel()
