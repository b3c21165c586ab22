"""Which messages of a partition are new: by number and time, also where numbers or times begin again."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.stream import Newest, Partition, PartitionEnd, PartitionState, Stream, StreamEnd


def event(sequence: int, enqueued: int) -> Event:
    return Event("", "d", "", "", "0", sequence, str(sequence), enqueued, {}, {}, {}, b"")


def read_to(sequence: int, enqueued: int, **more: Any) -> Partition:
    return Partition("0", place=event(sequence, enqueued), **more)


@pytest.mark.parametrize(("sequence", "enqueued", "known"), [
    (5, 1000, True), (4, 900, True), (0, 1, True),
    (6, 1000, False), (6, 900, False),  # a higher number is new, whatever its time
    (5, 1001, False), (0, 2000, False),  # a lower number with a later time: numbers have begun again
    (-1, 900, False),  # without a number nothing is known
])  # fmt: skip
def test_what_is_known_after_a_message(sequence: int, enqueued: int, known: bool) -> None:
    assert read_to(5, 1000).knows(sequence, enqueued) is known
    assert Partition("0", place=Newest(5, 1000)).knows(sequence, enqueued) is known
    assert not Partition("0").knows(sequence, enqueued), "nothing is known before the first message"


@pytest.mark.parametrize(("enqueued", "since", "taken"), [
    (1000, 0, True), (1000, 1000, True), (1000, 1001, False), (0, 1000, True), (1, 1000, False),
])  # fmt: skip
def test_what_is_older_than_asked_for_is_dropped_unless_it_tells_no_time(
    enqueued: int, since: int, taken: bool
) -> None:
    partition = Partition("0")
    assert partition.take(event(5, enqueued), since) is taken
    assert partition.dropped == (0 if taken else 1)
    assert partition.sequence == (5 if taken else None)


def test_what_comes_again_is_dropped_and_counted() -> None:
    partition = Partition("0")
    assert [partition.take(event(number, 1000 + number), 0) for number in (0, 1, 1, 0, 2)] == [
        True, True, False, False, True,
    ]  # fmt: skip
    assert (partition.dropped, partition.sequence) == (2, 2)


def test_a_message_without_a_number_is_taken_and_is_no_place() -> None:
    partition = read_to(5, 1000)
    assert partition.take(event(-1, 1000), 0) and partition.take(event(-1, 1000), 0)
    assert (partition.sequence, partition.dropped) == (5, 0)


def test_times_that_go_back_do_not_make_known_what_is_new() -> None:
    """The latest time that was seen counts, not that of the last message."""
    partition = read_to(5, 1000)
    assert partition.take(event(6, 400), 0)
    assert partition.latest == 1000
    assert not partition.take(event(4, 900), 0), "its number and time were seen"
    assert partition.take(event(4, 1001), 0), "its time is new"
    assert partition.take(event(7, 1001), 0) and partition.latest == 1000, "a time that stays does not go back"


def test_the_latest_time_never_falls() -> None:
    partition = read_to(5, 1000)
    for number, enqueued in ((6, 400), (7, 600), (8, 500)):
        assert partition.take(event(number, enqueued), 0)
    assert partition.latest == 1000


@pytest.mark.parametrize(("place", "resume"), [(event(5, 1000), 1000), (Newest(-1, -1), 0), (event(0, 0), 0)])
def test_at_another_place_the_time_alone_is_kept(place: Event | Newest, resume: int) -> None:
    partition = Partition("0", place=place, latest=2000, newest=Newest(5, 1000), received=3)
    partition.begin_again()
    assert (partition.place, partition.newest, partition.latest, partition.resume) == (None, None, 0, resume)
    assert partition.received == 3


def test_beginning_again_before_any_message_keeps_the_time_from_before() -> None:
    partition = Partition("0", resume=700)
    partition.begin_again()
    assert partition.resume == 700


def test_the_end_of_a_stream_says_what_the_stream_said_and_changes_no_more() -> None:
    failure = Failure(Kind.MISSING, "a step", "h", 1)
    partition = read_to(5, 1000, state=PartitionState.RECEIVING, received=4, dropped=2, opened=True, failure=failure,
                        newest=Newest(6, 2000))  # fmt: skip
    stream = Stream("h", "entity", "group", {"0": partition}, failure, [failure], 1)
    end = stream.at_end()
    left = PartitionEnd("0", PartitionState.RECEIVING, 4, 5, 2, True, failure, Newest(6, 2000))
    assert end == StreamEnd("h", "entity", "group", {"0": left}, failure, (failure,), 1)
    partition.received, stream.left = 9, 0
    stream.interruptions.clear()
    assert end.partitions["0"] == left and end.received == 3 and end.interruptions == (failure,)
    assert {each.name for each in dataclasses.fields(StreamEnd)} == {each.name for each in dataclasses.fields(Stream)}
