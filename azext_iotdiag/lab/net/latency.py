"""A connection on which everything arrives later, as over a long way: for the lab's end of it, on plain TCP.

What is said and what is heard are each held back for half a round trip, and follow each other as fast as they did. The
kernel answers a TCP connection at once; so what is heard first is held back for the round trip that this would take.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

_CHUNK = 65_536
_FULL = 1 << 20  # bytes under way before the writer must wait

log = logging.getLogger(__name__)


class Delayed:
    """A slow way to a peer: `reader` is what arrives from it, and this object what a StreamWriter is."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float):
        """`seconds` is how much longer a round trip takes."""
        self.reader = asyncio.StreamReader()
        self._near, self._far = reader, writer
        self._half = seconds / 2
        self._loop = asyncio.get_running_loop()
        self._heard: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._said: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        self._under_way = 0
        self._room = asyncio.Event()
        self._room.set()
        self._ending = False
        self._tasks = [self._loop.create_task(part) for part in (self._hear(seconds), self._arrive(), self._leave())]

    # what a StreamWriter is asked for

    @property
    def transport(self) -> asyncio.BaseTransport:
        """That of the connection itself; what is done to it has no delay."""
        return self._far.transport

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """As a StreamWriter has it."""
        return self._far.get_extra_info(name, default)

    def is_closing(self) -> bool:
        """Whether it is over."""
        return self._ending or self._far.is_closing()

    def can_write_eof(self) -> bool:
        """Whether the end can be said."""
        return self._far.can_write_eof()

    def write(self, data: bytes) -> None:
        """Send data, which leaves later."""
        if data and not self._ending:
            self._under_way += len(data)
            if self._under_way > _FULL:
                self._room.clear()
            self._said.put_nowait((self._loop.time() + self._half, bytes(data)))

    def write_eof(self) -> None:
        """Say that nothing more comes, after all that was said."""
        if not self._ending:
            self._ending = True
            self._said.put_nowait((self._loop.time() + self._half, b""))

    close = write_eof

    async def drain(self) -> None:
        """Wait until there is room for more."""
        await self._room.wait()
        await self._far.drain()

    async def end(self) -> None:
        """Let what was said leave, and let go of the connection."""
        self.write_eof()
        leaving = self._tasks[-1]
        try:
            if not self._far.is_closing():
                await asyncio.wait_for(asyncio.shield(leaving), self._half + 1)
        except (asyncio.TimeoutError, OSError) as late:  # OSError also where the far end is gone already
            log.debug("the end was not said: %r", late)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._far.close()

    # the way

    async def _hear(self, first: float) -> None:
        extra = first
        try:
            while data := await self._near.read(_CHUNK):
                self._heard.put_nowait((self._loop.time() + self._half + extra, data))
                extra = 0.0
            self._heard.put_nowait((self._loop.time() + self._half, b""))
        except ConnectionError as broken:
            self.reader.set_exception(broken)

    async def _arrive(self) -> None:
        while True:
            due, data = await self._heard.get()
            await self._until(due)
            if not data:
                self.reader.feed_eof()
                return
            self.reader.feed_data(data)

    async def _leave(self) -> None:
        while True:
            due, data = await self._said.get()
            await self._until(due)
            if self._far.is_closing():
                self._room.set()
                return
            if not data:
                if self._far.can_write_eof():
                    self._far.write_eof()
                return
            self._far.write(data)
            self._under_way -= len(data)
            if self._under_way <= _FULL:
                self._room.set()

    async def _until(self, due: float) -> None:
        if (left := due - self._loop.time()) > 0:
            await asyncio.sleep(left)
