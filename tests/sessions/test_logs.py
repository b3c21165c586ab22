"""Reading a log on standard input for `explain`, without az."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from azext_iotdiag.model.code_hit import LogAwaited, LogInterrupted
from azext_iotdiag.sessions import logs


class Heard(list[Any]):
    """The events of a session."""

    def __call__(self, event: Any) -> None:
        self.append(event)


@pytest.fixture
def stdin() -> Iterator[Callable[[bytes], Any]]:
    """Makes standard input of some bytes."""
    opened = []

    def make(given: bytes) -> Any:
        reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as out:
            out.write(given)
        opened.append(os.fdopen(reading, "rb"))
        return SimpleNamespace(buffer=opened[-1], isatty=lambda: False)

    yield make
    for each in opened:
        each.close()


def test_a_log(stdin: Callable[[bytes], Any]) -> None:
    read = logs.read(stdin(b"rc=5\nwell\nx ECONNREFUSED\nrc=5\n"), logs.LogAsked(), Heard())
    assert [(each.entry.code, each.lines) for each in read.story.mentions] == [
        ("device-refused", (1, 4)), ("connection-refused", (3,))
    ]  # fmt: skip
    assert (read.story.lines, read.whole, read.exit_code) == (4, True, 0)


def test_an_empty_log_was_asked_for_or_is_nothing_to_explain(stdin: Callable[[bytes], Any]) -> None:
    assert logs.read(stdin(b""), logs.LogAsked(stdin=True), Heard()).story.lines == 0
    with pytest.raises(logs.NothingToExplain):
        logs.read(stdin(b""), logs.LogAsked(), Heard())


def test_no_standard_input() -> None:
    terminal = SimpleNamespace(buffer=io.BytesIO(b"rc=5\n"), isatty=lambda: True)
    for nothing in (None, terminal):
        with pytest.raises(logs.NothingToExplain):
            logs.read(nothing, logs.LogAsked(), Heard())


def test_a_log_that_never_begins_is_waited_for_as_long_as_is_said() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as log, os.fdopen(writing, "wb"), pytest.raises(logs.NothingToExplain):
        logs.read(SimpleNamespace(buffer=log, isatty=lambda: False), logs.LogAsked(), Heard(), seconds=0.05)


@pytest.mark.parametrize("lines", [("one", "ETIMEDOUT", "three"), ()])
def test_ctrl_c(stdin: Callable[[bytes], Any], monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...]) -> None:
    def interrupted(_source: Any) -> Iterator[bytes]:
        yield from (line.encode() for line in lines)
        raise KeyboardInterrupt

    monkeypatch.setattr(logs, "blocks", interrupted)
    heard = Heard()
    if not lines:
        with pytest.raises(KeyboardInterrupt):
            logs.read(stdin(b""), logs.LogAsked(stdin=True), heard)
        return
    read = logs.read(stdin(b""), logs.LogAsked(stdin=True), heard)
    assert (read.story.lines, read.whole, read.exit_code) == (3, False, 130)
    assert [each.entry.code for each in read.story.mentions] == ["server-unreachable"] and heard == [LogInterrupted(3)]


def test_a_log_that_lets_wait_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The event comes from another thread; the log goes on as soon as it was heard."""
    monkeypatch.setattr(logs, "QUIET_SECONDS", 0.01)
    reading, writing = os.pipe()
    heard: list[Any] = []

    def hear(event: Any) -> None:
        heard.append(event)
        os.write(writing, b"rc=5\n")
        os.close(writing)

    with os.fdopen(reading, "rb") as log:
        read = logs.read(SimpleNamespace(buffer=log, isatty=lambda: False), logs.LogAsked(stdin=True), hear)
    assert heard == [LogAwaited()] and read.story.lines == 1


def test_a_log_that_is_followed_tells_what_is_new() -> None:
    """Each piece is written when the one before was heard of."""
    pieces = [b"read ECONNRESET\n", b"Connection refused: Not authorized\n", b"received CONNACK (0, 0)\n"]
    reading, writing = os.pipe()
    heard: list[Any] = []

    def hear(event: Any) -> None:
        heard.append(event)
        if pieces:
            os.write(writing, pieces.pop(0))
        else:
            os.close(writing)

    os.write(writing, pieces.pop(0))
    with os.fdopen(reading, "rb") as log:
        asked = logs.LogAsked(stdin=True, follow=True)
        logs.read(SimpleNamespace(buffer=log, isatty=lambda: False), asked, hear)
    roots = [event.story.root.entries[0].code for event in heard]
    assert roots == ["connection-dropped", "device-refused", "device-refused"]
    assert heard[-1].story.root.healed == 3
