"""Lines of a text in pieces: encodings, ends of lines, and lines without an end."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from azext_iotdiag.streams import text

WHOLE = "erste Zeile: größe\nzweite\r\n\nvierte"
LINES = ["erste Zeile: größe", "zweite", "", "vierte"]


class Pieces(io.RawIOBase):
    """Gives a few bytes at a time, as a pipe does."""

    def __init__(self, data: bytes, size: int):
        self.left, self.size = data, size

    def read(self, _size: int = -1) -> bytes:
        piece, self.left = self.left[: self.size], self.left[self.size :]
        return piece


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(encoding: str, size: int) -> None:
    assert list(text.lines(Pieces(WHOLE.encode(encoding), size))) == LINES


def test_what_is_no_text_is_replaced() -> None:
    assert list(text.lines(io.BytesIO(b"a\xffb\n\xfe"))) == ["a\ufffdb", "\ufffd"]


@pytest.mark.parametrize("given", [b"", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_nothing(given: bytes) -> None:
    assert list(text.lines(io.BytesIO(given))) == []


def test_a_line_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "LONGEST", 10)
    parts = list(text.lines(Pieces(b"x" * 100, 4)))
    assert "".join(parts) == "x" * 100 and max(map(len, parts)) <= 14


def test_lines_come_as_soon_as_they_are_there() -> None:
    source = Pieces(b"one\ntwo\nthree", 4)
    lines = text.lines(source)
    assert next(lines) == "one" and source.left


def test_patience_with_what_does_not_begin() -> None:
    reading, writing = os.pipe()
    with (
        os.fdopen(reading, "rb") as source,
        os.fdopen(writing, "wb"),
        pytest.raises(TimeoutError, match=r"nothing came for 0\.05 s"),
    ):
        next(text.lines(text.Patience(source, 0.05)))


def test_patience_with_what_has_begun() -> None:
    """The deadline is for the first piece only; what follows comes when it comes."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb", buffering=0) as pipe:
        pipe.write(b"one\ntwo")
        lines = text.lines(text.Patience(source, 30))
        assert next(lines) == "one"
        pipe.write(b"\n")
        assert next(lines) == "two"
        pipe.close()
        assert list(lines) == []


def test_an_error_of_reading_ends_the_lines(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        patience = text.Patience(cast(Any, SimpleNamespace(fileno=lambda: folder)), 30)
        with pytest.raises(IsADirectoryError):
            next(text.lines(patience))
    finally:
        os.close(folder)


def test_three_bytes_tell_the_encoding() -> None:
    class Ended(Pieces):
        def read(self, size: int = -1) -> bytes:
            assert self.left, "nothing more was needed"
            return super().read(size)

    assert next(text.lines(Ended(b"ab\n", 3))) == "ab"


def test_what_took_the_place_of_a_closed_file_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that reads may begin late, when its file is closed and its number is that of another one."""
    begin, read = threading.Event(), os.read

    def late(descriptor: int, size: int) -> bytes:
        assert begin.wait(30)
        return read(descriptor, size)

    reading, writing = os.pipe()
    monkeypatch.setattr(os, "read", late)
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb"):
        patience = text.Patience(source, 30)
    other = os.pipe()
    try:
        assert reading in other
        os.write(other[1], b"of another file")
        begin.set()
        assert patience.read(1) == b""
        assert read(other[0], 100) == b"of another file"
    finally:
        for each in other:
            os.close(each)
