"""A stream on stdout: when it is flushed, and what ends it, on every kind of stdout."""

from __future__ import annotations

import gc
import io
import os
import signal
import threading
from collections.abc import Generator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from azext_iotdiag import output
from tests.plugins.stdout import Stdout, stand_in, stdout

fcntl: Any = pytest.importorskip("fcntl") if os.name == "posix" else None
__all__ = ["stdout"]


class Chunks:
    """A source of chunks that raises the exceptions among them and knows whether it was closed."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.closed = False

    def __call__(self):
        try:
            while self.steps:
                step = self.steps.pop(0)
                if isinstance(step, BaseException):
                    raise step
                yield step() if callable(step) else step
        finally:
            self.closed = True


@pytest.mark.parametrize(("steps", "flushes"), [
    ([], 1), ([b"a"], 1), ([None, None], 1), ([b"a", b"b", None, b"c"], 2), ([b"a", None, None, b"b", None], 3),
])  # fmt: skip
def test_stream_flushes_where_nothing_is_left(stdout: Stdout, steps, flushes: int) -> None:
    assert output.stream(Chunks(*steps)()) == ""
    assert stdout.flushed == flushes
    assert stdout.buffer.getvalue() == b"".join(step for step in steps if step)


def test_nothing_is_held_back_at_a_none(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    raw = io.BytesIO()
    stand_in(monkeypatch, Stdout(raw=io.BufferedWriter(raw)))

    def look() -> None:  # as a step it gives None, the sign to flush
        seen.append(raw.getvalue())

    output.stream(Chunks(b"a", look, b"b", None, look, b"c", look, look)())
    assert seen == [b"", b"ab", b"ab", b"abc"]


@pytest.mark.parametrize("last", [None, KeyboardInterrupt(), ValueError("x")])
def test_the_source_is_closed(stdout: Stdout, last: BaseException | None) -> None:
    source = Chunks(b"a", last)
    try:
        output.stream(source())
    except ValueError as error:
        assert str(error) == "x"
    assert source.closed


def test_interrupted(stdout: Stdout) -> None:
    source = Chunks(b"a", KeyboardInterrupt(), b"b")
    assert output.stream(source()) == "interrupted"
    assert (stdout.buffer.getvalue(), source.closed, stdout.flushed) == (b"a", True, 1)


class Interrupted(io.FileIO):
    """A stdout without a buffer, as PYTHONUNBUFFERED makes it, whose first writes are interrupted."""

    def __init__(self, to: int, times: int):
        super().__init__(to, "wb")
        self.times = times

    def write(self, data) -> int:
        self.times -= 1
        if self.times >= 0:
            raise KeyboardInterrupt
        return super().write(data)


@pytest.mark.parametrize(("times", "left"), [(0, b"ab"), (1, b"ab"), (2, b"")])
def test_interrupted_while_writing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, times: int, left: bytes) -> None:
    """One Ctrl-C ends the stream, and what was shown is written; a second one gives that up."""
    source = Chunks(b"a", b"b")
    with Interrupted(os.open(tmp_path / "out", os.O_CREAT | os.O_WRONLY), times) as raw:
        stand_in(monkeypatch, SimpleNamespace(buffer=raw, flush=lambda: None, fileno=raw.fileno))
        assert output.stream(source()) == ("interrupted" if times else "")
        assert source.closed and not raw.closed
    assert (tmp_path / "out").read_bytes() == left


_WAITS = Path(f"/proc/self/task/{threading.get_native_id()}/syscall")  # what the main thread waits for, on Linux


class Pipe:
    """A stdout that is a small pipe. Its reader takes a page whenever the writer waits.

    After some pages the main thread gets SIGINT, while it waits within a write that did a part of its work.
    """

    PAGE = 4096

    def __init__(self, monkeypatch: pytest.MonkeyPatch, pages: int):
        self._reading, writing = os.pipe()
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, self.PAGE)
        self._stdout = open(writing, "w", encoding="utf-8")  # noqa: SIM115  # closed by `read`
        stand_in(monkeypatch, self._stdout)
        self._waits_for = f"{writing:#x}"
        self._pages = pages
        self._main = threading.get_ident()
        self._taken: list[bytes] = []
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def _take(self) -> None:
        for _ in range(self._pages):
            self._until_it_waits()
            self._taken.append(os.read(self._reading, self.PAGE))
        self._until_it_waits()
        signal.pthread_kill(self._main, signal.SIGINT)
        while data := os.read(self._reading, self.PAGE):
            self._taken.append(data)

    def _until_it_waits(self) -> None:
        while _WAITS.read_text().split()[1:2] != [self._waits_for]:
            os.sched_yield()

    def read(self) -> list[bytes]:
        """All lines, when the writer has ended."""
        self._stdout.close()
        self._thread.join(60)
        os.close(self._reading)
        return b"".join(self._taken).splitlines(keepends=True)


def _readable(path: Path) -> bool:
    try:
        return bool(path.read_text())
    except OSError:
        return False


@pytest.mark.skipif(not _readable(_WAITS), reason="only Linux says what a thread waits for")
@pytest.mark.parametrize("pages", [0, 1, 2, 3, 17, 40])
@pytest.mark.parametrize("most", [50, 700, 9_000, 300_000])
def test_ctrl_c_while_the_pipe_is_full_cuts_no_line(monkeypatch: pytest.MonkeyPatch, pages: int, most: int) -> None:
    def lines() -> Generator[bytes, None, None]:
        number = 0
        while True:
            yield b"%d %s\n" % (number, b"x" * (number * 7919 % most))
            number += 1

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        pipe = Pipe(monkeypatch, pages)
        assert output.stream(lines()) == "interrupted"
        output.stream(Chunks(b"end\n")())
        found = pipe.read()
    finally:
        signal.signal(signal.SIGINT, before)
    assert found.pop() == b"end\n"
    wanted = lines()
    assert found == [next(wanted) for _ in found]


def test_without_a_buffer_not_every_chunk_is_a_system_call(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []

    class Counted(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            sizes.append(len(data))
            return len(data)

    stand_in(monkeypatch, SimpleNamespace(buffer=Counted(), flush=lambda: None))
    assert output.stream(Chunks(*[b"x" * 100] * 50, None, b"y")()) == ""
    assert sizes == [5000, 1]


def test_a_text_stream_in_place_of_stdout(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced = io.StringIO()
    stand_in(monkeypatch, replaced)
    assert output.stream(Chunks("grün\n".encode(), None)()) == ""
    assert replaced.getvalue() == "grün\n"


@pytest.fixture
def closed_pipe(monkeypatch: pytest.MonkeyPatch):
    """A stdout that is a real pipe which nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    stdout = open(writing, "w", encoding="utf-8")  # noqa: SIM115  # closed below, as late as the interpreter would
    stand_in(monkeypatch, stdout)
    yield stdout
    stdout.close()  # would raise BrokenPipeError if the pipe were still there with something to write


@pytest.mark.parametrize("steps", [[b"a", None, b"b"], [b"a"], [b"x" * 100_000, b"y" * 100_000], [None, b"a"]])
def test_a_closed_pipe(closed_pipe, steps) -> None:
    source = Chunks(*steps)
    assert output.stream(source()) == "pipe-closed"
    assert source.closed
    closed_pipe.write("what az may still write goes nowhere")
    closed_pipe.flush()


def test_interrupted_with_something_left_for_a_closed_pipe(closed_pipe) -> None:
    """Ctrl-C in a shell ends the whole pipeline, so that the last flush finds nobody."""
    assert output.stream(Chunks(b"a", KeyboardInterrupt())()) == "interrupted"
    closed_pipe.flush()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("buffering", [0, -1])
def test_a_full_disk_is_an_error_after_which_stdout_is_still_there(monkeypatch: pytest.MonkeyPatch, buffering) -> None:
    with open("/dev/full", "wb", buffering=buffering) as full:
        stand_in(monkeypatch, SimpleNamespace(buffer=full, flush=full.flush, fileno=full.fileno))
        with pytest.raises(OSError, match="No space left"):
            output.stream(Chunks(b"a")())
        gc.collect(1)  # what was made just now
        assert not full.closed
        os.fstat(full.fileno())
