"""Rows of tables in files: CSV as Azure or a spreadsheet exports it, JSON in all its forms, Avro; each also in gzip."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from azext_iotdiag.payload.json_text import read_json
from azext_iotdiag.payload.not_json import UNREAD, NotJson
from azext_iotdiag.streams import avro, files
from azext_iotdiag.streams.recorded import Place, Recorded

LONGEST_CELL = 1 << 24  # characters; Log Analytics cuts a cell at 64 KB, and a file may hold anything
_GZIP = b"\x1f\x8b"
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ",;\t"
_SEPARATOR = re.compile(r"\"?sep=.\"?", re.IGNORECASE)
_PEEK = 1 << 16


class Damaged(NamedTuple):
    """What is no row, where it stands, and why."""

    place: Place
    why: str


class TableRow(NamedTuple):
    """A row by the names of its columns, and where it stands."""

    place: Place
    row: Mapping[str, Any]


def rows(path: str, tell: Callable[[int], None] = lambda _: None) -> Iterator[TableRow | Damaged]:
    """The rows of a file, or of standard input. `tell` gets the number of bytes read so far, now and then.

    What cannot be read is Damaged, and what follows it is read where that is possible.
    """
    try:
        with files.opened(path) as raw:
            plain = io.BufferedReader(files.WatchedFile(raw, tell), _PEEK)
            packed = plain.peek(2).startswith(_GZIP)
            file: Any = io.BufferedReader(gzip.GzipFile(fileobj=plain), _PEEK) if packed else plain
            start = file.peek(4)
            if start.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[") or start.startswith(avro.MAGIC):
                for record in files.records(file, files.Part(path), start):
                    yield from _of_record(record)
            else:
                yield from _csv(file, path, start)
    except (OSError, EOFError, zlib.error) as wrong:
        why = wrong.strerror if isinstance(wrong, OSError) and wrong.strerror else str(wrong)
        yield Damaged(Place(path, "", 0), f"the file cannot be read on: {why}")


def _csv(file: io.BufferedReader, path: str, start: bytes) -> Iterator[TableRow | Damaged]:
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
    text = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    header, before = _header(text)
    if not header:
        yield Damaged(Place(path, "", 0), "it holds blank lines alone" if before else "the file is empty")
        return
    if len(header) >= LONGEST_CELL:
        yield Damaged(Place(path, "line", before + 1), f"it is longer than {LONGEST_CELL >> 20} million characters")
        return
    delimiter = max(_DELIMITERS, key=header.count)
    csv.field_size_limit(LONGEST_CELL)
    try:
        (columns,) = csv.reader([header], delimiter=delimiter)
    except csv.Error as wrong:
        yield Damaged(Place(path, "line", before + 1), f"it names no columns: {wrong}")
        return
    reader = csv.reader(text, delimiter=delimiter)
    width = len(columns)
    while True:
        try:
            for row in reader:
                place = Place(path, "line", reader.line_num + 1 + before)
                if len(row) == width:
                    yield TableRow(place, dict(zip(columns, row)))
                elif row:
                    yield Damaged(place, f"it has {len(row)} cells, and the first line has {width}")
            return
        except csv.Error as wrong:
            yield Damaged(Place(path, "line", reader.line_num + 1 + before), str(wrong))


def _header(text: io.TextIOWrapper) -> tuple[str, int]:
    """The line that names the columns, empty where there is none, and how many lines stand before it.

    These are blank, or the line that tells a spreadsheet the delimiter, such as `sep=;`.
    """
    before = 0
    while line := text.readline(LONGEST_CELL):
        if line.strip() and not _SEPARATOR.fullmatch(line.strip()):
            return line, before
        before += 1
    return "", before


def _of_record(record: Recorded) -> Iterator[TableRow | Damaged]:
    """The rows that a record holds: itself, those of an archive, or those of an answer to a query."""
    if record.damage:
        yield Damaged(record.place, record.damage)
        return
    value = record.value
    if value is UNREAD:
        try:
            value = read_json(record.event.body)
        except NotJson as wrong:
            yield Damaged(record.place, f"it is no JSON: {wrong}")
            return
    yield from _of_value(value, record.place)


def _of_value(value: Any, place: Place) -> Iterator[TableRow | Damaged]:
    if isinstance(value, list):
        for each in value:
            yield from _of_value(each, place)
    elif not isinstance(value, dict):
        yield Damaged(place, "it is no JSON object")
    elif isinstance(value.get("records"), list):  # as diagnostic settings archive to storage and to Event Hubs
        yield from _of_value(value["records"], place)
    elif isinstance(value.get("tables"), list):
        for table in value["tables"]:
            yield from _of_table(table, place)
    else:
        yield TableRow(place, value)


def _of_table(table: Any, place: Place) -> Iterator[TableRow | Damaged]:
    columns = table.get("columns") if isinstance(table, dict) else None
    given: Sequence[Any] = table.get("rows") or () if isinstance(table, dict) else ()
    if not isinstance(columns, list) or not all(isinstance(each, dict) and "name" in each for each in columns):
        yield Damaged(place, "a table of the answer has no columns")
        return
    names = [str(each["name"]) for each in columns]
    yield from (TableRow(place, dict(zip(names, row))) for row in given if isinstance(row, list))
