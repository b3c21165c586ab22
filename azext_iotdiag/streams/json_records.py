"""The records of JSON text, one after the other: lines of JSON, an array, or documents of several lines.

A record that is no JSON is given as the bytes it consists of; it never stops those behind it.
"""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Generator, Iterator
from typing import Any, BinaryIO

from azext_iotdiag.bounded_files import size_text
from azext_iotdiag.model.json_depth import behind, is_deeper, place
from azext_iotdiag.payload.json_text import read_json, scan, scan_tolerantly
from azext_iotdiag.payload.not_json import UNREAD, NotJson
from azext_iotdiag.streams.recorded import Place, Recorded, bare, damaged, of_json

_CHUNK = 1 << 20
LONGEST = 1 << 26  # bytes of a line, characters of a document; a file in gzip can hold any number of them
_MOST = "the most that is read"
_SKIP = re.compile(r"[\s,]*")
_NUMBER = re.compile(r"-?\d[\d.eE+-]*")
_NEXT = re.compile(r"\}\s*,?\s*(?=\{)")  # between two objects
_MONITOR = b"[IoTHubMonitor]"
_SENDER = re.compile(rb"\[IoTHubMonitor\] (?:\[[^\]]*\] )?Message received from \[([^\]]+)\]")
_NEAR_END = 32  # a fault this close to the end of what was read so far may be gone once more is read


def records(file: BinaryIO, path: str) -> Iterator[Recorded]:
    """The records of a whole text, whichever form it has."""
    first = _first_line(file)
    while first and not first.strip():
        first = _first_line(file)
    first = first.removeprefix(codecs.BOM_UTF8) if first[3:].lstrip()[:1] in (b"{", b"[") else first
    if not first:
        return
    if first.startswith(_MONITOR):
        yield from _of_monitor(first, file, path)
        return
    if first.lstrip().startswith(b"["):
        yield from _documents(first, file, path, array=True)
        return
    if len(first) >= LONGEST and not first.endswith(b"\n"):
        skip_line(file)
        yield _long_line(path, 1)
        yield from lines(file, path, 2)
        return
    second = b""
    if not _is_json(first):
        second = file.readline(LONGEST)
        while second and not second.strip():
            second = file.readline(LONGEST)
        if second[:1] not in (b"", b"{"):  # the lines of one document, indented or not
            yield from _documents(first + second, file, path, array=False)
            return
    number = 1
    for line in (first, second):
        if line.strip():
            yield line_record(line, Place(path, "line", number))
            number += 1
    yield from lines(file, path, number)


def _of_monitor(first: bytes, file: BinaryIO, path: str) -> Iterator[Recorded]:
    """The output of Visual Studio Code: a line that names the device, and behind it the message over several lines."""
    sender, text, number, begun = "", b"", 0, 0
    line = first
    while line:
        number += 1
        if line.startswith(_MONITOR):
            if text.strip():
                yield _sent_by(sender, line_record(text, Place(path, "line", begun)))
            found = _SENDER.match(line)
            sender, text, begun = found[1].decode("utf-8", "replace") if found else "", b"", number
        elif sender and len(text) < LONGEST:
            text += line
        line = file.readline(LONGEST)
    if text.strip():
        yield _sent_by(sender, line_record(text, Place(path, "line", begun)))


def _sent_by(sender: str, record: Recorded) -> Recorded:
    device, _, module = sender.partition("/")
    return record._replace(event=record.event._replace(device=device, module=module))


def lines(file: BinaryIO, path: str, number: int = 1, size: int | None = None) -> Generator[Recorded, None, int]:
    """A record for each line that is not blank, from line `number` on; with `size` of those that begin within it.

    Returns how many lines there were, blank ones included.
    """
    first, left = number, sys.maxsize if size is None else size
    most, read = LONGEST, file.readline
    while left > 0 and (line := read(most + 1)):
        length = len(line)
        left -= length
        if length > most:
            left -= skip_line(file) if not line.endswith(b"\n") else 0
            yield _long_line(path, number)
        elif not line.isspace():
            yield line_record(line, Place(path, "line", number))
        number += 1
    return number - first


def _long_line(path: str, number: int) -> Recorded:
    return damaged(Place(path, "line", number), f"the line is longer than {size_text(LONGEST)}, {_MOST}")


def skip_line(file: BinaryIO) -> int:
    """Go to the beginning of the next line. Returns how many bytes were left of this one."""
    skipped = 0
    while piece := file.readline(_CHUNK):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            break
    return skipped


def line_record(line: bytes, place: Place) -> Recorded:
    """The record that a line is. One that is no JSON is a bare body, which the judge will read and refuse."""
    body = line.rstrip(b"\r\n")
    try:
        value = read_json(body)
    except NotJson:
        return bare(body, place)
    return of_json(value, body, place)


def is_lines(start: bytes) -> bool:
    """Whether a text that begins with `start` is lines of JSON, as far as two lines can tell."""
    first, _, rest = start.partition(b"\n")
    return first.startswith(b"{") and _is_json(first) and rest[:1] == b"{"


def _first_line(file: BinaryIO) -> bytes:
    return file.readline(LONGEST)


def _is_json(line: bytes) -> bool:
    try:
        read_json(line)
    except NotJson as wrong:
        return wrong.value is not UNREAD
    return True


def _documents(start: bytes, file: BinaryIO, path: str, *, array: bool) -> Iterator[Recorded]:
    """Documents behind each other, or the elements of an array; read as far ahead as the next one needs."""
    text, number = _Text(start, file), 0
    if array:
        text.at = text.text.index("[") + 1
    try:
        while text.skip():
            if array and text.text.startswith("]", text.at):
                text.at += 1
                array = False
                continue
            begun = text.at
            found = text.value()
            raw = text.text[begun : text.at].encode("utf-8", "surrogateescape")
            number += 1
            place = Place(path, "record", number)
            yield bare(raw, place) if found is UNREAD else of_json(found, raw, place)
            text.forget()
    except _TooLong:
        why = f"the record is longer than {size_text(LONGEST)}, {_MOST}"
        yield damaged(Place(path, "record", number + 1), why)


class _TooLong(Exception):
    """A document, or what stands in the place of one, goes on for longer than LONGEST."""


class _Text:
    """Text that is read from a file as it is needed. Bytes that are no UTF-8 go through it and come out unaltered."""

    def __init__(self, start: bytes, file: BinaryIO):
        self.at = 0
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._ended = False
        self.text = self._decoder.decode(start)

    def more(self) -> bool:
        """Read on; whether there was anything."""
        if self._ended:
            return False
        if len(self.text) - self.at > LONGEST:
            raise _TooLong
        chunk = self._file.read(_CHUNK)
        self._ended = not chunk
        self.text += self._decoder.decode(chunk, final=self._ended)
        return not self._ended

    def skip(self) -> bool:
        """Go to where the next value begins; whether there is one."""
        while True:
            found = _SKIP.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return True
            self.forget()
            if not self.more():
                return False

    def value(self) -> Any:
        """The value that begins here, UNREAD where there is none; `at` is behind it in either case."""
        begun = self.at
        while True:
            fault = -1
            try:
                value, end = scan(self.text, begun)
                if end < len(self.text) or not self.more():
                    self.at = end
                    if is_deeper(value):
                        return UNREAD
                    return UNREAD if _holds_wrong_bytes(self.text[begun:end]) else value
            except StopIteration as wrong:
                fault = int(wrong.value)
            except json.JSONDecodeError as wrong:
                if place(self.text[begun : wrong.pos], wrong.pos - begun) >= 0:
                    return self._refused()
                fault = len(self.text) if wrong.msg.startswith("Unterminated") else wrong.pos
            except (ValueError, RecursionError):
                return self._refused()
            if fault < 0:
                continue  # a number or word at the end of what was read may go on in what is there now
            if fault < len(self.text) - _NEAR_END or not self.more():
                self._resume(fault)
                return UNREAD

    def forget(self) -> None:
        """Let go of what has been read."""
        if self.at > _CHUNK:
            self.text, self.at = self.text[self.at :], 0

    def _refused(self) -> Any:
        """Go behind a value that is JSON by its grammar, and is refused for what is in it or for its depth."""
        tried, more = 0, True
        while True:
            # What did not end is looked at again when it is twice as long, or time would grow with the square.
            if len(self.text) >= 2 * tried or not more:
                tried = len(self.text)
                if self._skipped():
                    return UNREAD
            if not more:
                self._resume(self.at)
                return UNREAD
            more = self.more()

    def _skipped(self) -> bool:
        """Go behind the value that begins here, where it ends in what was read so far."""
        try:
            _, self.at = scan_tolerantly(self.text, self.at)
        except (StopIteration, ValueError, RecursionError):
            if number := _NUMBER.match(self.text, self.at):  # of more digits than Python reads
                self.at = number.end()
                return self.at < len(self.text)
            end = behind(self.text, self.at)
            self.at = max(end, self.at)
            return end >= 0
        return True

    def _resume(self, fault: int) -> None:
        """Go to where the next object seems to begin after a fault."""
        while True:
            found = _NEXT.search(self.text, fault)
            if found:
                self.at = found.end()
                return
            if not self.more():
                self.at = len(self.text)
                return


def _holds_wrong_bytes(text: str) -> bool:
    return not text.isascii() and any("\udc80" <= character <= "\udcff" for character in text)
