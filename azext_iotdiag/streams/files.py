"""Recorded messages: files, folders and standard input, whatever form they are in, as one stream of records.

JSON lines, JSON arrays and documents, Avro of Event Hubs capture and of IoT Hub routing, and each of these in gzip.
"""

from __future__ import annotations

import gzip
import io
import os
import sys
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from azext_iotdiag.streams import avro, json_records
from azext_iotdiag.streams.recorded import Place, Recorded, damaged, of_avro

STDIN = "-"
_PEEK = 1 << 16
_GZIP = b"\x1f\x8b"


class Part(NamedTuple):
    """A piece of a file that can be read by itself: all of it, or what begins in the bytes from `start` to `end`."""

    path: str
    start: int = 0
    end: int | None = None

    @property
    def size(self) -> int:
        """How many bytes it has; 0 where that is not known."""
        if self.end is not None:
            return self.end - self.start
        try:
            return 0 if self.path == STDIN else os.path.getsize(self.path)
        except OSError:
            return 0


def found(paths: Iterable[str]) -> Iterator[str]:
    """The files that are meant: each path that is one, and all files below each that is a folder, in order.

    Raises OSError for a path that does not exist or cannot be read.
    """
    for path in paths:
        if path != STDIN and os.path.isdir(path):
            inside = sorted(each for each in Path(path).rglob("*") if each.is_file())
            yield from (
                str(each) for each in inside if not any(part.startswith(".") for part in each.relative_to(path).parts)
            )
        else:
            if path != STDIN:
                with open(path, "rb"):  # so that a name that leads nowhere is known before anything is read
                    pass
            yield path


def parts(path: str, size: int) -> Iterator[Part]:
    """The file in pieces of about `size` bytes, where its form lets it be read in pieces."""
    whole = Part(path)
    length = whole.size
    if length > size:
        with open(path, "rb") as file:
            start = file.read(_PEEK)
        if start.startswith(avro.MAGIC) or json_records.is_lines(start):
            yield from (Part(path, at, min(at + size, length)) for at in range(0, length, size))
            return
    yield whole


def read(part: Part, tell: Callable[[int], None] = lambda _: None) -> Generator[Recorded, None, int]:
    """The records of a part. Lines are numbered from the part's first one on; returns how many there were.

    What cannot be read is a record with its damage, and the last of its file. `tell` is told the bytes read so far,
    now and then.
    """
    try:
        with opened(part.path) as raw:
            file = io.BufferedReader(WatchedFile(raw, tell) if part.end is None else raw, _PEEK)
            start = file.peek(2)
            if start.startswith(_GZIP):
                file = io.BufferedReader(gzip.GzipFile(fileobj=file), _PEEK)
                start = file.peek(4)
            return (yield from records(file, part, start))
    except (OSError, EOFError, zlib.error) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
        yield damaged(Place(part.path, "", 0), f"the file cannot be read on: {why}")
    return 0


def records(file: io.BufferedReader, part: Part, start: bytes) -> Generator[Recorded, None, int]:
    """The records of a file that is open and begins with `start`. Returns how many lines it had, or 0."""
    if not start:
        yield damaged(Place(part.path, "", 0), "the file is empty")
    elif start.startswith(avro.MAGIC):
        yield from _avro(file, part)
    elif part.end is None:
        yield from json_records.records(file, part.path)
    else:
        begin = part.start
        if begin:
            file.seek(begin - 1)
            begin += json_records.skip_line(file) - 1  # the line that began before is the part's before
        return (yield from json_records.lines(file, part.path, 1, part.end - begin))
    return 0


def _avro(file: BinaryIO, part: Part) -> Iterator[Recorded]:
    number = 0
    try:
        for block, value in avro.records(file, avro.header(file), part.start, part.end):
            number += 1
            yield of_avro(
                value,
                Place(part.path, "record", number) if part.end is None else Place(part.path, "block at byte", block),
            )
    except avro.BadAvro as wrong:
        yield damaged(Place(part.path, "record", number + 1), str(wrong))


def opened(path: str) -> Any:
    """The file, or standard input, without a buffer."""
    if path == STDIN:
        return open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)
    return open(path, "rb", buffering=0)


class WatchedFile(io.RawIOBase):
    """A file that tells how far it has been read."""

    def __init__(self, file: Any, tell: Callable[[int], None]):
        super().__init__()
        self._file = file
        self._tell = tell
        self._read = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer from the file."""
        count = int(self._file.readinto(buffer) or 0)
        self._read += count
        self._tell(self._read)
        return count
