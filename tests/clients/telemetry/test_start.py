"""Where a reader begins and reads on: inexact starts, empty partitions, and numbers that begin again."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.telemetry import wire_reader
from azext_iotdiag.clients.telemetry.positions import began_again, selector
from azext_iotdiag.clients.telemetry.positions import read as newest_of
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.stream import Newest, Partition, PartitionState
from azext_iotdiag.model.target import Secret, Target
from tests.plugins.amqp_service import clock, service
from tests.plugins.reading import FAKE, reading

__all__ = ["clock", "service"]

NOW = 1_700_000_000_000
HUB = Target(hub="h.azure-devices.net", policy="p", credential=Secret("a2V5"))


def event(sequence: int, enqueued: int, offset: str = "") -> Event:
    return Event("", "d", "", "", "0", sequence, offset, enqueued, {}, {}, {}, b"")


# what is known


@pytest.mark.parametrize(("place", "came", "since", "taken"), [
    (None, event(5, 100), 0, True),
    (None, event(5, 99), 100, False),
    (None, event(5, 100), 100, True),
    (event(5, 100), event(6, 100), 0, True),
    (event(5, 100), event(5, 100), 0, False),
    (event(5, 100), event(3, 90), 0, False),
    (event(5, 100), event(3, 101), 0, True),  # the numbers have begun again
    (event(5, 100), event(-1, 0), 100, True),  # without a number and a time nothing is known of it
    (event(5, 100), event(3, 0), 0, False),
    (Newest(5, 100), event(5, 100), 0, False),
    (Newest(-1, 0), event(0, 100), 0, True),
])  # fmt: skip
def test_what_is_taken(place, came, since, taken) -> None:
    partition = Partition("0", place=place)
    assert partition.take(came, since) is taken
    assert partition.dropped == (not taken)
    moved = taken and came.sequence >= 0
    assert partition.place is (came if moved else place)


def test_times_that_go_back_do_not_look_like_numbers_that_begin_again() -> None:
    """The clock of the machine that took over is behind: message 7 is of before message 6, and 6 comes again."""
    partition = Partition("0", place=event(5, 100))
    assert [partition.take(each, 0) for each in (event(6, 110), event(7, 95), event(6, 110), event(7, 95))] == [
        True, True, False, False,
    ]  # fmt: skip
    assert partition.sequence == 7
    assert partition.take(event(1, 111), 0), "and this one is later than all"


def test_a_partition_whose_numbers_begin_again_keeps_its_time_alone() -> None:
    partition = Partition("0", place=event(5, 100), newest=Newest(5, 100))
    partition.begin_again()
    assert (partition.place, partition.newest, partition.resume) == (None, None, 100)
    partition.begin_again()
    assert partition.resume == 100


@pytest.mark.parametrize(("told", "newest"), [
    ({"last_enqueued_sequence_number": 4, "last_enqueued_time_utc": 9, "last_enqueued_offset": "a:1"},
     Newest(4, 9, "a:1")),
    ({"last_enqueued_sequence_number": 4, "last_enqueued_time_utc": 9, "is_partition_empty": True},
     Newest(4, 9, empty=True)),
    ({"last_enqueued_sequence_number": 4, "begin_sequence_number": 5}, Newest(4, 0, empty=True)),
    ({"last_enqueued_sequence_number": -1, "last_enqueued_time_utc": -62_135_596_800_000}, Newest(-1, 0, empty=True)),
    ({"last_enqueued_offset": "5"}, None),
    ("nothing of the kind", None),
])  # fmt: skip
def test_what_the_service_says_is_the_newest(told, newest) -> None:
    assert newest_of(told) == newest


@pytest.mark.parametrize(("place", "newest", "again"), [
    (None, Newest(3, 200), False),
    (event(5, 100), Newest(3, 200), True),
    (event(5, 100), Newest(3, 100), False),  # asked before message 5 came
    (event(5, 100), Newest(7, 200), False),
    (event(5, 100), Newest(-1, 0), False),
])  # fmt: skip
def test_whether_numbers_have_begun_again(place, newest, again) -> None:
    assert began_again(Partition("0", place=place), newest) is again


OFFSET, SEQUENCE, TIME = (f"amqp.annotation.x-opt-{name}" for name in ("offset", "sequence-number", "enqueued-time"))


@pytest.mark.parametrize(("partition", "since", "expected"), [
    (Partition("0"), None, [f"{OFFSET} > '@latest'"] * 2),
    (Partition("0"), 100, [f"{TIME} > '99'", f"{OFFSET} >= '-1'", f"{TIME} > '99'"]),
    (Partition("0", resume=50), 100, [f"{TIME} > '49'", f"{OFFSET} >= '-1'"]),
    (Partition("0", resume=50), None, [f"{TIME} > '49'", f"{OFFSET} >= '-1'"]),
    (Partition("0", place=Newest(-1, 0, "-1", True)), None, [f"{OFFSET} >= '-1'", f"{TIME} > '-1'"]),
    (Partition("0", place=Newest(41, 70, "4100", True)), None, [f"{OFFSET} >= '-1'", f"{TIME} > '69'"]),
    (Partition("0", place=Newest(41, 70, "4100")), None,
     [f"{OFFSET} > '4100'", f"{SEQUENCE} > '41'", f"{TIME} > '69'", f"{OFFSET} > '4100'"]),
    (Partition("0", place=event(41, 70, "1:o'clock")), 60, [f"{OFFSET} > '1:o''clock'", f"{SEQUENCE} > '41'"]),
    (Partition("0", place=event(41, 70)), 60, [f"{SEQUENCE} > '41'", f"{TIME} > '69'", f"{SEQUENCE} > '41'"]),
])  # fmt: skip
def test_where_a_link_begins_and_how_else_that_can_be_said(partition, since, expected) -> None:
    assert [selector(partition, since, ways) for ways in range(len(expected))] == expected


# a start that is inexact


@pytest.mark.parametrize("since", [None, NOW])
@pytest.mark.parametrize("opaque", [False, True])
def test_what_comes_again_is_dropped_and_counted(service, clock, since, opaque) -> None:
    """At the start, and after each of five breaks, the service begins three messages too early."""
    if opaque:
        service.offset_of = lambda number: f"{number}:it's"
    for number in range(10):
        service.put("0", b"old %d" % number)
    clock.now += 1
    service.inexact = 3
    since = since and int(clock.now * 1000)
    with reading(FAKE, since=since, **service.handed()) as read:
        read.opened()
        for number in range(6):
            service.put("0", b"%d" % number)
            assert read.take(number + 1) == [b"%d" % each for each in range(number + 1)]
            service.last.drop()
        assert [each.sequence for each in read.events] == list(range(10, 16))
        assert read.stream.received == 6 and read.stream.partitions["0"].sequence == 15
        assert read.stream.dropped == 3 * 6
    offsets = [each for each in service.selectors if each.startswith(OFFSET)]
    assert len(offsets) >= 5, "it reads on by offset where one is known"
    assert not [each for each in service.selectors if each.startswith(SEQUENCE)]


def test_messages_before_the_time_that_was_asked_for_are_dropped(service, clock) -> None:
    for number in range(6):
        service.put("1", b"%d" % number)
        clock.now += 1
    service.inexact = 4
    with reading(FAKE, since=NOW + 4000, **service.handed()) as read:
        assert read.take(2) == [b"4", b"5"]
        assert (read.stream.dropped, read.stream.received) == (4, 2)


# empty partitions


def test_a_fresh_hub_that_brings_nothing_after_number_minus_one(service, clock) -> None:
    service.silent_starts = ("sequence-number > '-1'",)
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.put("1", b"first")
        assert read.take(1) == [b"first"]
        assert read.stream.interruptions == [] and set(service.selectors) == {f"{OFFSET} >= '-1'"}


def test_a_partition_whose_messages_have_all_expired_keeps_its_number(service, clock) -> None:
    for number in range(5):
        service.put("0", b"gone %d" % number)
    service.expired["0"] = 5
    service.inexact = 3
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        partition = read.stream.partitions["0"]
        assert (partition.newest, partition.sequence) == (Newest(4, NOW, "400", True), 4)
        assert not read.stream.empty, "there were messages"
        service.put("0", b"new")
        assert read.take(1) == [b"new"] and read.events[0].sequence == 5
        assert read.stream.dropped == 0


def test_a_partition_that_stalls_is_tried_in_another_way(service, clock) -> None:
    """Links that begin at that offset bring nothing; the same by number does."""
    service.put("1", b"old")
    service.silent_starts = ("offset > '0'", "offset > '100'")
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.put("1", b"a")
        began = clock.now
        assert read.take(1) == [b"a"]
        assert clock.now - began < 15
        assert [one.kind for one in read.stream.interruptions] == [Kind.STALLED]
        assert f"{SEQUENCE} > '0'" in service.selectors and read.stream.failure is None
        service.last.drop()
        service.put("1", b"b")
        assert read.take(2) == [b"a", b"b"] and read.stream.received == 2


def test_many_old_messages_on_the_way_are_no_stall(service, clock) -> None:
    """Found by time nothing comes; from the beginning all does, and what is too old is dropped."""
    for number in range(500):
        service.put("1", b"%d" % number)
    clock.now += 10
    since = int(clock.now * 1000)
    service.put("1", b"new")
    service.silent_starts = (f"enqueued-time > '{since - 1}'",)
    with reading(FAKE, since=since, credit=10, **service.handed()) as read:
        assert read.take(1) == [b"new"]
        assert (read.stream.dropped, [one.kind for one in read.stream.interruptions]) == (500, [Kind.STALLED])


# numbers that begin again


def begin_again(service, partition: str) -> None:
    """Another place has taken over, with numbers of its own and nothing of what was."""
    service.events[partition].clear()
    for connection in service.connections:
        connection.readers = {link: place for link, place in connection.readers.items() if place[0] != partition}


@pytest.mark.parametrize("since", [None, NOW])
@pytest.mark.parametrize("before_break", [0, 2])
def test_after_a_failover_under_the_same_name_nothing_is_dropped(service, clock, since, before_break) -> None:
    with reading(FAKE, since=since, **service.handed()) as read:
        read.opened()
        for number in range(5):
            service.put("0", b"before %d" % number)
        read.take(5)
        clock.now += 60
        begin_again(service, "0")
        service.last.drop()
        for number in range(2):
            service.put("0", b"after %d" % number)
        read.take(7)
        service.put("0", b"later")
        assert read.take(8)[5:] == [b"after 0", b"after 1", b"later"]
        assert [each.sequence for each in read.events[5:]] == [0, 1, 2]
        assert read.stream.dropped == 0 and read.stream.partitions["0"].sequence == 2
        assert read.states["0"] is PartitionState.RECEIVING


@pytest.mark.parametrize("by_number", [False, True])
def test_a_start_that_the_service_calls_invalid_is_no_refusal(service, clock, by_number) -> None:
    """The place that took over is empty: neither the offset nor the number that is known exists there."""
    if by_number:
        service.offset_of = lambda number: ""
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        for number in range(5):
            service.put("0", b"before %d" % number)
        read.take(5)
        begin_again(service, "0")
        if by_number:
            service.put("0", b"after")
        service.last.drop()
        began = clock.now
        read.until(lambda: len(service.connections) == 2 and read.states["0"] is not PartitionState.OPENING)
        assert clock.now - began < 5
        assert [one.kind for one in read.stream.interruptions] == [Kind.DROPPED]


def test_numbers_that_begin_again_are_seen_by_the_newest_message_of_a_quiet_partition(service, clock) -> None:
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        for number in range(5):
            service.put("0", b"before %d" % number)
        read.take(5)
        clock.now += 60
        begin_again(service, "0")  # the link stays, and waits for ever
        service.put("0", b"after")
        assert read.take(6)[5:] == [b"after"]
        assert len(service.connections) == 1 and read.stream.dropped == 0


def test_another_host_after_a_failover_of_the_hub(service, clock, monkeypatch) -> None:
    """The hub names another place when the first one is gone: nothing of that is known, and all of it is read."""
    places = iter([("one", "a"), ("two", "b"), ("two", "b")])
    monkeypatch.setattr(wire_reader, "follow", lambda *_: next(places))
    with reading(HUB, **service.handed()) as read:
        read.opened()
        for number in range(5):
            service.put("0", b"before %d" % number)
        read.take(5)
        clock.now += 1

        def gone(number: int) -> None:
            if read.stream.host == "one":
                raise StepFailed(Failure(Kind.NAME_NOT_RESOLVED, "the address of the host", "one", 5671))

        service.before_connect = gone
        begin_again(service, "0")
        service.last.drop()
        for number in range(8):  # so many that the numbers and offsets that are known exist there as well
            service.put("0", b"after %d" % number)
        read.take(13)
        assert (read.stream.host, read.stream.entity) == ("two", "b")
        assert read.stream.dropped == 0 and len(service.connections) == 2
        assert [each.body for each in read.events[5:]] == [b"after %d" % number for number in range(8)]
