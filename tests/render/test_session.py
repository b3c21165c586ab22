"""What a session tells, in words."""

from __future__ import annotations

import typing

import pytest

from azext_iotdiag.model.change import Side
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.heartbeat import Lapse
from azext_iotdiag.model.hidden_messages import HiddenMessages
from azext_iotdiag.model.query_selection import QuerySelection
from azext_iotdiag.model.stream import PartitionEnd, PartitionState, StreamEnd
from azext_iotdiag.render import session, session_end
from azext_iotdiag.render.rows import Query
from azext_iotdiag.sessions import events
from azext_iotdiag.sessions.events import Ended, Subject

FAILURE = Failure(Kind.DROPPED, "the next message", "h", 5671, condition="amqp:forced")
SILENT = Failure(Kind.DROPPED, "the twin", "h", 443)
STREAM = StreamEnd("h", "entity", "$Default", {"0": PartitionEnd("0", PartitionState.IDLE, opened=True)})
EVENTS = {
    events.Opened("found by name"): ["found by name"],
    events.Asking("h", "which devices the query picks", False): ["Asking h which devices the query picks ..."],
    events.Asking("h", "what it knows of d", True): ["Asking h with az's login what it knows of d ..."],
    events.Busy("h", "it is busy", 3.0): ["h: it is busy; asking again in 3 s."],
    events.Chosen(QuerySelection("h", "q", 1, devices=frozenset("d"))):
        ["The query picks 1 device; it is not asked again."],
    events.Connecting("h", "amqp"): ["Connecting to h ..."],
    events.Connecting("h", "amqp_ws"): ["Connecting to h by amqp_ws ..."],
    events.Connecting("h", "amqp_ws", "p:1", "HTTPS_PROXY"): [
        "Connecting to h by amqp_ws through the proxy p:1, which HTTPS_PROXY names; --transport amqp goes past it ..."
    ],
    events.Interrupted(FAILURE): [
        "The connection to h broke (amqp:forced); connecting again, and going on where it was."
    ],
    events.Lost(PartitionEnd("0", failure=FAILURE)): [
        "Partition 0 cannot be read (amqp:forced); going on with the others."
    ],
    events.Lapsed((Lapse("a", None), Lapse("b", None)), 5.0): [
        "a missed its beat of 5 s: no message came from it.", "b missed its beat of 5 s: no message came from it.",
    ],
    events.Full(7): ["There are more than 7 devices; only the first 7 that sent are watched for their beat."],
    events.FormOnly(): [
        "Without a model or a schema only the form of the messages is judged, not what is in them."
    ],
    events.Unjudged(1200, "a.example"): [
        "1,200 messages were not judged: a.example did not tell in time which template their devices have."
    ],
    events.Unanswered(FAILURE): ["h did not show the properties (amqp:forced)."],
    events.Unanswered(SILENT): ["h did not show the properties (dropped)."],
}  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_lines(event: events.Event) -> None:
    assert list(session.lines(event)) == EVENTS[event]


def test_lines_of_what_cannot_be_a_key() -> None:
    assert list(session.lines(events.Receiving(STREAM))) == [
        "Receiving from 1 of 1 partition of entity, consumer group $Default."
    ]
    assert list(session.lines(events.Quiet(STREAM, HiddenMessages(), 10.0, 0))) == [
        "Nothing to show in 10 s: 1 of 1 partition open."
    ]
    sides = {"desired": Side(3, {"a": 1}, {}), "reported": Side(None, {}, {})}
    assert list(session.lines(events.WatchingProperties("d", sides))) == [
        "d has 1 desired property in version 3 and 0 reported properties; watching for changes."
    ]
    assert list(session.lines(Ended(Subject.MESSAGES, End.SOURCE, {}))) == []


def test_every_event_has_its_words() -> None:
    assert set(session._LINES) | {events.Progress} == set(typing.get_args(events.Event))


def test_progress() -> None:
    assert session.progress(events.Progress(1)) == "1 message"
    assert session.progress(events.Progress(2000, 0.1)) == f"[{'#' * 3:<30}]  10%  2,000 messages"


def closing(ended: Ended, query: Query | None = None) -> list[str]:
    return list(session_end.closing(ended, query))


def left(why: End, enough: bool, **more):
    return given(0.0, ended=SessionEnd(why, enough), **more)


def empty_query() -> Query:
    query = Query(lambda _: None)
    query(b"{}", str)
    return query


@pytest.mark.parametrize(("ended", "lines"), [
    (Ended(Subject.MESSAGES, End.COUNT, left(End.COUNT, True, stream=STREAM), 2, 1.23), [
        "2 messages in 1.2 s. Ended: as many messages as were asked for."]),
    (Ended(Subject.MESSAGES, End.INTERRUPTED, left(End.INTERRUPTED, False, stream=STREAM), 0, 1.0), [
        "0 messages in 1.0 s. Ended: Ctrl-C or a signal.", "Interrupted: nothing was read yet."]),
    (Ended(Subject.MESSAGES, End.INTERRUPTED, left(End.INTERRUPTED, False)), ["Interrupted: nothing was read yet."]),
    (Ended(Subject.CHANGES, End.IDLE, left(End.IDLE, True), 1, 3.0), [
        "1 change in 3.0 s. Ended: no change for the time of --timeout."]),
    (Ended(Subject.CHANGES, End.SOURCE, left(End.SOURCE, True), waited=False), []),
    (Ended(Subject.RECORDED, End.SOURCE, left(End.SOURCE, True), 3), []),
    (Ended(Subject.RECORDED, End.SOURCE, left(End.SOURCE, True), 0), ["There was no message to judge."]),
    (Ended(Subject.RECORDED, End.PIPE_CLOSED, left(End.PIPE_CLOSED, False), 0), []),
    (Ended(Subject.RECORDED, End.INTERRUPTED, left(End.INTERRUPTED, False), 0, whole=False), [
        "Interrupted: not everything was read."]),
])  # fmt: skip
def test_closing_lines(ended: Ended, lines: list[str]) -> None:
    assert closing(ended) == lines


def test_what_a_query_left_of_nothing() -> None:
    messages = Ended(Subject.MESSAGES, End.COUNT, left(End.COUNT, True, stream=STREAM), 2, 1.0)
    assert closing(messages, empty_query())[1:] == ["--query left nothing of 1 of 2 messages."]
    changes = Ended(Subject.CHANGES, End.COUNT, left(End.COUNT, True), 2, 1.0)
    assert closing(changes, empty_query())[1:] == ["--query left nothing of 1 of 1 change."]
