"""The closing lines of a stream, and the news on the way."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.ending import End
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.heartbeat import Lapse
from azext_iotdiag.model.hidden_messages import HiddenMessages, Seen
from azext_iotdiag.model.query_selection import QuerySelection
from azext_iotdiag.model.stream import Newest, Partition, PartitionState, Stream
from azext_iotdiag.render import summary

FAILURE = Failure(Kind.DROPPED, "the next message", "h.example", 5671)
STALLED = Failure(Kind.STALLED, "the link to partition 2", "h.example", 5671, description="nothing came")


def seen(*states: PartitionState, received: int = 0, **fields) -> Stream:
    partitions = {
        str(number): Partition(str(number), state, opened=state in (PartitionState.IDLE, PartitionState.RECEIVING))
        for number, state in enumerate(states)
    }
    if received:
        partitions["0"].received = received
    return Stream("h.example", "entity", "$Default", partitions, **fields)


def dropping(count: int) -> Stream:
    stream = seen(PartitionState.RECEIVING, received=2)
    stream.partitions["0"].dropped = count
    return stream


IDLE, RECEIVING, DENIED, CONFLICT, OPENING = (
    PartitionState(name) for name in ("idle", "receiving", "denied", "conflict", "opening")
)


@pytest.mark.parametrize(("stream", "shown", "end", "lines"), [
    (seen(IDLE), 0, "idle", ["0 messages in 1.2 s. Ended: no message for the time of --timeout."]),
    (seen(RECEIVING, received=1), 1, "count", ["1 message in 1.2 s. Ended: as many messages as were asked for."]),
    (seen(RECEIVING, received=3), 1, "interrupted", [
        "1 message (2 more hidden by the filter) in 1.2 s. Ended: Ctrl-C or a signal."]),
    (seen(RECEIVING, received=2, interruptions=[FAILURE]), 2, "duration", [
        "2 messages in 1.2 s. Ended: the time is up.", "The connection broke 1 time; reading went on where it was."]),
    (seen(RECEIVING, received=2, interruptions=[STALLED]), 2, "duration", [
        "2 messages in 1.2 s. Ended: the time is up.", "A link broke 1 time; reading went on where it was."]),
    (seen(RECEIVING, received=2, interruptions=[FAILURE, STALLED]), 2, "duration", [
        "2 messages in 1.2 s. Ended: the time is up.",
        "The connection or a link broke 2 times; reading went on where it was."]),
    (dropping(3), 2, "duration", [
        "2 messages in 1.2 s. Ended: the time is up.",
        "Dropped 3 messages: the service sent them twice, or they are older than --since."]),
    (seen(IDLE, DENIED, CONFLICT, DENIED, OPENING), 0, "pipe-closed", [
        "0 messages in 1.2 s. Ended: the program that read the output has ended.",
        "Partitions: idle 0; denied 1, 3; conflict 2; opening 4"]),
    (seen(DENIED, failure=FAILURE), 0, "source", ["0 messages in 1.2 s. Ended: reading could not go on."]),
])  # fmt: skip
def test_closing_lines(stream: Stream, shown: int, end: str, lines: list[str]) -> None:
    assert list(summary.stream(stream, shown, 1.23, end)) == lines


def test_every_end_has_words() -> None:
    assert set(summary.ENDINGS) == {end.value for end in End}


@pytest.mark.parametrize(("stream", "line"), [
    (seen(IDLE), "Receiving from 1 of 1 partition of entity, consumer group $Default."),
    (seen(IDLE, DENIED, OPENING), "Receiving from 1 of 3 partitions of entity, consumer group $Default."),
])  # fmt: skip
def test_opened(stream: Stream, line: str) -> None:
    assert summary.opened(stream) == line


@pytest.mark.parametrize(("more", "said"), [
    ({"condition": "amqp:connection:forced", "description": "idle"}, "amqp:connection:forced"),
    ({"description": "reset by peer"}, "reset by peer"),
    ({}, "dropped"),
    ({"description": "\x1b[2J\u202e"}, "\\x1b[2J\\u202e"),
])  # fmt: skip
def test_interrupted(more, said: str) -> None:
    line = summary.interrupted(Failure(Kind.DROPPED, "a step", "h.example", 5671, **more))
    assert line == f"The connection to h.example broke ({said}); connecting again, and going on where it was."


NOW = 1_700_000_000_000


@pytest.mark.parametrize(("newest", "hidden_messages", "said"), [
    ((None, None), HiddenMessages(), "2 of 2 partitions open"),
    ((-1, -1), HiddenMessages(), "2 of 2 partitions open; no message was ever in them"),
    ((-1, 185_000), HiddenMessages(), "2 of 2 partitions open; the newest message came 3 min ago, on partition 1"),
    ((-1, 185_000), HiddenMessages({"--device-id": 3}, {"b": Seen(3, 0)}, True, NOW - 2000),
     "2 of 2 partitions open; 3 messages of 1 other device hidden, the newest 2 s ago"),
    ((-1, -1), HiddenMessages({"--device-id": 3}, {"b": Seen(2, 0), "c": Seen(1, 0)}, False, NOW - 2000),
     "2 of 2 partitions open; 3 messages of more than 2 other devices hidden, the newest 2 s ago"),
    ((-1, -1), HiddenMessages({"--component": 1}, enqueued=NOW),
     "2 of 2 partitions open; 1 message hidden, the newest just now"),
])  # fmt: skip
def test_so_far(newest, hidden_messages: HiddenMessages, said: str) -> None:
    stream = seen(IDLE, IDLE)
    for partition, ago in zip(stream.partitions.values(), newest, strict=True):
        if ago is not None:
            partition.newest = Newest(-1, 0) if ago < 0 else Newest(7, NOW - ago)
    assert summary.so_far(stream, hidden_messages, 10.04, NOW) == f"Nothing to show in 10 s: {said}."


@pytest.mark.parametrize(("devices", "modules", "said"), [
    ({"a"}, set(), "1 device"), ({"a", "b"}, set(), "2 devices"), (set(), {("a", "m")}, "1 module"),
    ({"a"}, {("a", "m"), ("a", "n")}, "1 device and 2 modules"),
])  # fmt: skip
def test_picked(devices, modules, said: str) -> None:
    selection = QuerySelection("h", "q", devices=frozenset(devices), modules=frozenset(modules))
    assert summary.query_selection(selection) == f"The query picks {said}; it is not asked again."


def test_pause() -> None:
    assert summary.pause("h", "HTTP 429\x1b", 1.2) == "h: HTTP 429\\x1b; asking again in 1 s."


def test_interrupted_link() -> None:
    line = summary.interrupted(STALLED)
    assert line == "The link to partition 2 broke (nothing came); attaching it again, and going on where it was."


def test_lost() -> None:
    line = summary.lost(Partition("2", failure=STALLED))
    assert line == "Partition 2 cannot be read (nothing came); going on with the others."


def test_a_service_cannot_steer_the_terminal() -> None:
    stream = seen(IDLE, DENIED)
    stream.entity = "e\x1b[2J"
    stream.partitions["1"].id = "\x9b1"
    said = summary.opened(stream) + "".join(summary.stream(stream, 0, 1.0, "idle"))
    assert "\x1b" not in said and "\x9b" not in said


@pytest.mark.parametrize(("lapse", "line"), [
    (Lapse("d", 1_000), "d missed its beat of 90 s: its last message is of 1970-01-01T00:00:01.000Z."),
    (Lapse("d", None), "d missed its beat of 90 s: no message came from it."),
    (Lapse("d", 1_000, 121_000),
     "d is back with a message of 1970-01-01T00:02:01.000Z, 120 s after the one before."),
    (Lapse("d", None, 1_000), "d is there: its first message is of 1970-01-01T00:00:01.000Z."),
    (Lapse("d\x1b[2J", None), "d\\x1b[2J missed its beat of 90 s: no message came from it."),
])  # fmt: skip
def test_lapses(lapse: Lapse, line: str) -> None:
    assert list(summary.lapses([lapse], 90)) == [line]


def test_a_flood_of_lapses_is_cut_short() -> None:
    news = [Lapse(f"d{number}", 0, number % 2 or None) for number in range(summary.MOST_LAPSES + 10)]
    lines = list(summary.lapses(news, 60.0))
    assert len(lines) == summary.MOST_LAPSES + 1
    assert lines[-1] == "... and 10 devices more, of which 5 are silent now."
    assert list(summary.lapses([], 60)) == []


@pytest.mark.parametrize(("empty", "problem", "lines"), [
    (0, "", []), (1, "", ["--query left nothing of 1 of 3 messages."]),
    (3, "no\x1b", [
        "--query left nothing of 3 of 3 messages.", "It failed for some of them, the first time with: no\\x1b"]),
])  # fmt: skip
def test_what_a_query_left(empty: int, problem: str, lines: list[str]) -> None:
    assert list(summary.queried(empty, 3, problem)) == lines


@pytest.mark.parametrize("silent", [0, 1, 3])
def test_as_many_lapses_as_are_named_need_no_last_line(silent: int) -> None:
    back = [Lapse(f"b{number}", 0, 1) for number in range(summary.MOST_LAPSES)]
    assert len(list(summary.lapses(back, 60.0))) == summary.MOST_LAPSES
    *_, last = summary.lapses([*back, *(Lapse(f"s{number}", 0) for number in range(silent)), Lapse("b", 0, 1)], 60.0)
    assert last.endswith(f"... and {silent + 1} devices more, of which {silent} are silent now.")


def test_one_hidden_message_is_told() -> None:
    (line,) = summary.stream(seen(RECEIVING, received=2), 1, 1.0, "count")
    assert "(1 more hidden by the filter)" in line


def test_a_device_is_back_after_seconds() -> None:
    (line,) = summary.lapses([Lapse("d", 0, 86_400_000)], 90)
    assert ", 86400 s after the one before." in line
