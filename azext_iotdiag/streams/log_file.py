"""The lines of a log file: all of them, or the end of one that is too large to be read whole."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO, NamedTuple

from azext_iotdiag.streams.text import Readable

MOST_BYTES = 8 << 20  # of one log, about 7 s of work; its end tells what the device does now
_PIECE = 1 << 20


class Tail(NamedTuple):
    """What is left to read of a log: how many bytes were passed over, and the number of the first line behind them."""

    source: Readable
    skipped: int = 0
    first: int = 1


class Limited:
    """Reads a source up to a number of bytes. `was_cut` tells that it had more."""

    def __init__(self, source: Readable, most: int):
        self._source = source
        self._left = most
        self.was_cut = False

    def read(self, size: int, /) -> bytes:
        """The next bytes; b"" at the end, or at the limit."""
        piece = getattr(self._source, "read1", self._source.read)(size)
        self.was_cut = len(piece) > self._left
        piece = piece[: self._left]
        self._left -= len(piece)
        return piece


def tail(file: BinaryIO, most: int = MOST_BYTES) -> Tail:
    """The last `most` bytes of a file, from the next line on. What is no regular file is read from its beginning."""
    about = os.fstat(file.fileno())
    if not stat.S_ISREG(about.st_mode) or about.st_size <= most:
        return Tail(Limited(file, most))
    end, passed, lines = about.st_size - most, 0, 1
    while passed < end and (piece := file.read(min(_PIECE, end - passed))):
        passed += len(piece)
        lines += piece.count(b"\n")
    rest = file.readline(_PIECE)
    passed += len(rest)
    return Tail(Limited(file, most), passed, lines + rest.endswith(b"\n"))
