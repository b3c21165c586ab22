"""A file that is written in chunks of bytes, each of which Ctrl-C lets through whole or not at all."""

from __future__ import annotations

import io

BUFFER_BYTES = 64 * 1024


class WholeChunks:
    """Writes to an open file, with a buffer that takes a chunk whole or, where Ctrl-C comes first, not at all.

    The buffer and the file below it are C code. So no signal is handled between a write that did a part of its work and
    the note of how much that was. A chunk that is larger than the buffer would be written past it, and Ctrl-C would cut
    it. So the buffer grows. `name` is the file name in an OSError.
    """

    def __init__(self, descriptor: int, name: str):
        self._descriptor = descriptor
        self._name = name
        self._size = BUFFER_BYTES
        self._out = self._buffer()

    def _buffer(self) -> io.BufferedWriter:
        """A buffer. When it is let go, the file stays open."""
        return io.BufferedWriter(io.FileIO(self._descriptor, "wb", closefd=False), self._size)

    def write(self, chunk: bytes) -> None:
        """Take a chunk. Raises OSError."""
        try:
            if len(chunk) > self._size:
                self._out.flush()
                self._size = len(chunk)
                self._out = self._buffer()
            self._out.write(chunk)
        except OSError as wrong:
            wrong.filename = self._name
            raise

    def flush(self) -> None:
        """Write what was taken. Raises OSError."""
        try:
            self._out.flush()
        except OSError as wrong:
            wrong.filename = self._name
            raise

    def detach(self) -> None:
        """Write what was taken, and leave the file open. Raises OSError."""
        self.flush()
