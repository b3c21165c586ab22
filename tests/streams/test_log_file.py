"""The lines of a log file, and of the end of a large one."""

from __future__ import annotations

import os
from pathlib import Path

from azext_iotdiag.streams import log_file, text


def read(path: Path, most: int) -> tuple[list[str], int, int]:
    with open(path, "rb") as file:
        tail = log_file.tail(file, most)
        return list(text.lines(tail.source)), tail.skipped, tail.first


def test_a_small_log_is_read_whole(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("one\ntwo\n")
    assert read(log, 100) == (["one", "two"], 0, 1)


def test_of_a_large_log_the_last_whole_lines_are_read(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("".join(f"line {number}\n" for number in range(1, 1001)))
    lines, skipped, first = read(log, 100)
    assert lines == [f"line {number}" for number in range(first, 1001)]
    assert skipped + sum(len(line) + 1 for line in lines) == log.stat().st_size
    assert 80 < log.stat().st_size - skipped <= 100


def test_a_log_of_one_long_line_is_cut(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x" * 5000)
    lines, skipped, first = read(log, 100)
    assert (lines, first) == ([], 1) and skipped == 5000


def test_a_pipe_is_read_up_to_the_limit() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"a" * 150 + b"\n")
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        tail = log_file.tail(file, 100)
        assert list(text.lines(tail.source)) == ["a" * 100]
