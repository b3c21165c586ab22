"""A session on stdout and stderr: what is shown and said, in which order, and what its end gets to hear."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from azext_iotdiag import output
from azext_iotdiag.model.ending import End
from azext_iotdiag.sessions.events import Ended, Full, Opened, Progress, Subject
from tests.plugins.stdout import Stdout, stand_in

ENDED = Ended(Subject.MESSAGES, End.SOURCE, {})


class Err(io.StringIO):
    """stderr, which notes on a page that it shares with stdout what comes when."""

    def __init__(self, page: list[str], terminal: bool = False):
        super().__init__()
        self._page = page
        self._terminal = terminal

    def write(self, text: str) -> int:
        self._page.append(text)
        return len(text)

    def isatty(self) -> bool:
        return self._terminal


class Page(Stdout):
    """stdout, which does the same with what is flushed."""

    def __init__(self, page: list[str]):
        super().__init__(raw=io.BytesIO())
        self._page = page

    def flush(self) -> None:
        super().flush()
        raw = self.buffer
        if text := raw.getvalue().decode():
            self._page.append(text)
            raw.seek(0)
            raw.truncate()


class Session:
    """Plays items; raises the exceptions among them. `last` is what its end yields before the last event."""

    def __init__(self, *items, last: tuple = ()):
        self._items = items
        self._last = last
        self.stopped: list[End | None] = []

    def __iter__(self):
        yield from _played(self._items)

    def end(self, stopped):
        self.stopped.append(stopped)
        yield from _played(self._last)
        yield ENDED


def _played(items):
    for item in items:
        if isinstance(item, BaseException):
            raise item
        yield item


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return on_page(monkeypatch)


def on_page(monkeypatch: pytest.MonkeyPatch, terminal: bool = False) -> list[str]:
    found: list[str] = []
    err = Err(found, terminal)
    stand_in(monkeypatch, Page(found), err)
    monkeypatch.setattr(output, "print", lambda *texts, end="\n", **_: err.write("".join(texts) + end), raising=False)
    return found


def test_what_was_shown_is_there_before_what_is_said_after_it(page: list[str]) -> None:
    session = Session(b"a\n", b"b\n", Opened("said"), b"c\n", None, Full(9), last=(Opened("asking"), b"account\n"))
    assert output.show(session) is ENDED
    assert "".join(page) == (
        "a\nb\nsaid\nc\nThere are more than 9 devices; only the first 9 that sent are watched for their beat.\n"
        "asking\naccount\n"
    )
    assert session.stopped == [None]


def test_ctrl_c_asks_the_session_for_its_end(page: list[str]) -> None:
    session = Session(b"a\n", KeyboardInterrupt(), b"b\n", last=(Opened("end"),))
    assert output.show(session) is ENDED
    assert (session.stopped, "".join(page)) == ([End.INTERRUPTED], "a\nend\n")


def test_ctrl_c_at_the_end_is_raised(page: list[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        output.show(Session(b"a\n", last=(KeyboardInterrupt(),)))


def test_a_closed_pipe_asks_the_session_for_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = SimpleNamespace(buffer=None, write=lambda text: len(text), flush=_broken, isatty=lambda: False)
    stand_in(monkeypatch, closed, Err([]))
    monkeypatch.setattr(output, "print", lambda *_, **__: None, raising=False)
    session = Session(b"a", None, b"b", last=(b"account",))
    assert output.show(session) is ENDED
    assert session.stopped == [End.PIPE_CLOSED]


def _broken() -> None:
    raise BrokenPipeError


def test_progress_makes_room_for_all_else(monkeypatch: pytest.MonkeyPatch) -> None:
    page = on_page(monkeypatch, terminal=True)
    output.show(Session(Progress(64), b"a\n", Progress(128, 0.5), Opened("said"), Progress(3)))
    bar = f"[{'#' * 15:<30}]  50%  128 messages"
    assert "".join(page) == (f"\r64 messages\x1b[K\r\x1b[Ka\n\r{bar}\x1b[K\r\x1b[Ksaid\n\r3 messages\x1b[K\r\x1b[K")


def test_no_progress_without_a_terminal(page: list[str]) -> None:
    output.show(Session(Progress(64), b"a\n"))
    assert "".join(page) == "a\n"


def test_a_stream_without_a_hearer_takes_no_events(page: list[str]) -> None:
    with pytest.raises(TypeError, match="Full is neither"):
        output.stream(each for each in [Full(1)])
