"""What a session came to, as its last lines for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.verdict import Diagnosis
from azext_iotdiag.render import summary, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.rows import Query
from azext_iotdiag.sessions import events


def closing(ended: events.Ended, found: Diagnosis, known: Known, query: Query | None = None) -> Iterator[str]:
    """The last lines of a session: how much came, why it ended, and what is wrong."""
    yield from _CLOSING[ended.subject](ended, found, known, query)


def _of_messages(ended: events.Ended, found: Diagnosis, known: Known, query: Query | None) -> Iterator[str]:
    if "stream" in ended.facts:
        stream: Any = ended.facts["stream"].value
        yield from summary.stream(stream, ended.shown, ended.seconds, ended.why.value)
        yield from _queried(query, ended.shown, "message")
    yield from text.problems(found, known)
    yield from _nothing_read(ended)


def _of_changes(ended: events.Ended, found: Diagnosis, known: Known, query: Query | None) -> Iterator[str]:
    if ended.waited:
        why = summary.ENDINGS[ended.why.value].replace("message", "change")
        yield f"{counted(ended.shown, 'change')} in {ended.seconds:.1f} s. Ended: {why}."
    yield from text.problems(found, known)
    yield from _nothing_read(ended)
    yield from _queried(query, query.asked if query else 0, "change")


def _of_recorded(ended: events.Ended, found: Diagnosis, known: Known, query: Query | None) -> Iterator[str]:
    if not ended.whole:
        yield "Interrupted: not everything was read."
    elif ended.why is End.SOURCE and not ended.shown:
        yield "There was no message to judge."


_CLOSING: dict[events.Subject, Callable[[events.Ended, Diagnosis, Known, Query | None], Iterator[str]]] = {
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
