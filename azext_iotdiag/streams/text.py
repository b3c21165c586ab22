"""Lines of a text that arrives in pieces, such as a log on standard input, as Linux or Windows encodes it."""

from __future__ import annotations

import codecs
import os
import queue
import threading
from collections.abc import Iterator
from typing import BinaryIO, Protocol

PIECE = 1 << 16
LONGEST = 1 << 20  # characters; a line beyond that is given in several


class Readable(Protocol):
    """What gives bytes when asked; b"" is its end."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, as soon as there are any."""


class Patience:
    """Reads a file that is open at the operating system, and raises TimeoutError when it does not begin in time.

    Once something came it waits for as long as it takes: a log that is being written goes on.
    """

    def __init__(self, source: BinaryIO, seconds: float):
        self._pieces: queue.Queue[bytes | OSError] = queue.Queue(maxsize=16)
        self._seconds: float | None = seconds
        # Past the buffer of `source`: a thread that holds its lock for ever would keep the interpreter from ending.
        # With a descriptor of its own: that of `source` may be closed, and then be that of another file.
        threading.Thread(target=self._fill, args=(os.dup(source.fileno()),), daemon=True).start()

    def read(self, _size: int, /) -> bytes:
        """The next piece."""
        try:
            piece = self._pieces.get(timeout=self._seconds)
        except queue.Empty:
            raise TimeoutError(f"nothing came for {self._seconds:g} s") from None
        self._seconds = None
        if isinstance(piece, OSError):
            raise piece
        return piece

    def _fill(self, descriptor: int) -> None:
        piece: bytes | OSError = b"-"
        try:
            while piece and isinstance(piece, bytes):
                try:
                    piece = os.read(descriptor, PIECE)
                except OSError as error:
                    piece = error
                self._pieces.put(piece)
        finally:
            os.close(descriptor)


_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def lines(source: BinaryIO | Readable) -> Iterator[str]:
    """The lines of `source` as soon as they are there, without their ends. What is no text becomes U+FFFD.

    It is UTF-8 unless a byte order mark says otherwise, as in what PowerShell redirects.
    """
    read = getattr(source, "read1", source.read)
    piece = read(PIECE)
    while 0 < len(piece) < 3:
        more = read(PIECE)
        if not more:
            break
        piece += more
    encoding = next((name for mark, name in _MARKS if piece.startswith(mark)), "utf-8")
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest = ""
    while piece:
        *whole, rest = (rest + decoder.decode(piece)).split("\n")
        yield from (line.rstrip("\r") for line in whole)
        if len(rest) > LONGEST:
            yield rest
            rest = ""
        piece = read(PIECE)
    rest += decoder.decode(b"", True)
    if rest:
        yield rest.rstrip("\r")
