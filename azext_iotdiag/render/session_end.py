"""What a session came to, as lines for a person; `text` says what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.render import summary
from azext_iotdiag.render.rows import Query
from azext_iotdiag.sessions import events


def closing(ended: events.Ended, query: Query | None = None) -> Iterator[str]:
    """The account of a session: how much came, and why it ended."""
    yield from _CLOSING[ended.subject](ended, query)


def _of_messages(ended: events.Ended, query: Query | None) -> Iterator[str]:
    if "stream" in ended.facts:
        stream: Any = ended.facts["stream"].value
        yield from summary.stream(stream, ended.shown, ended.seconds, ended.why.value)
        yield from _queried(query, ended.shown, "message")
    yield from _nothing_read(ended)


def _of_changes(ended: events.Ended, query: Query | None) -> Iterator[str]:
    if ended.waited:
        why = summary.ENDINGS[ended.why.value].replace("message", "change")
        yield f"{counted(ended.shown, 'change')} in {ended.seconds:.1f} s. Ended: {why}."
    yield from _nothing_read(ended)
    yield from _queried(query, query.asked if query else 0, "change")


def _of_recorded(ended: events.Ended, query: Query | None) -> Iterator[str]:
    if not ended.whole:
        yield "Interrupted: not everything was read."
    elif ended.why is End.SOURCE and not ended.shown:
        yield "There was no message to judge."


_CLOSING: dict[events.Subject, Callable[[events.Ended, Query | None], Iterator[str]]] = {
    events.Subject.MESSAGES: _of_messages,
    events.Subject.CHANGES: _of_changes,
    events.Subject.RECORDED: _of_recorded,
}


def _queried(query: Query | None, shown: int, noun: str) -> Iterator[str]:
    if query is not None:
        yield from summary.queried(query.empty, shown, query.problem, noun)


def _nothing_read(ended: events.Ended) -> Iterator[str]:
    end: Any = ended.facts["ended"].value
    assert isinstance(end, SessionEnd)
    if end.why is End.INTERRUPTED and not end.enough:
        yield "Interrupted: nothing was read yet."
