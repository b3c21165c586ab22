"""Links that stall, break and come back one by one, with a service in memory."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.telemetry.positions import SHORTEST_RETENTION_MS, expected_from, is_owed
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.stream import Newest, Partition, PartitionState
from azext_iotdiag.wire.amqp.performatives import AmqpError
from azext_iotdiag.wire.amqp.types import Symbol
from tests.plugins.amqp_service import clock, service
from tests.plugins.reading import FAKE, reading

__all__ = ["clock", "service"]

BUSY = AmqpError(Symbol("com.microsoft:server-busy"), "later")
DENIED = AmqpError(Symbol("amqp:unauthorized-access"), "no Listen claim")
FORCED = AmqpError(Symbol("amqp:link:detach-forced"), "the token has expired")
WRONG = AmqpError(Symbol("amqp:internal-error"), "no idea")
LATE = AmqpError(Symbol("com.microsoft:timeout"), "The operation did not complete within 00:01:00.")
OURS = AmqpError(  # the links of connections that the service has not found out to be gone
    Symbol("amqp:resource-limit-exceeded"),
    "Exceeded the maximum number of allowed receivers per partition in a consumer group which is 5.",
)
INVALID = AmqpError(Symbol("amqp:not-allowed"), "the filter is invalid")
HOUR = 3_600_000
USUAL = Deadlines()


@pytest.mark.parametrize(("newest", "place", "expected", "owed"), [
    (None, Newest(5, 0), None, False),
    (Newest(-1, 0), Newest(-1, 0), None, False),
    (Newest(5, 0), Newest(5, 0), None, False),
    (Newest(6, 0), Newest(5, 0), None, True),
    (Newest(0, 0), Newest(-1, 0), None, True),
    (Newest(6, 0, empty=True), Newest(5, 0), None, False),  # all of it is over, as far as the service is concerned
    (Newest(5, 1000), None, None, False),
    (Newest(5, 999), None, 1000, False),
    (Newest(5, 1000), None, 1000, True),
    (Newest(5, 1000, empty=True), None, 1000, False),
    (Newest(-1, 0), None, 0, False),
])  # fmt: skip
def test_what_is_owed(newest, place, expected, owed) -> None:
    assert is_owed(Partition("0", place=place, newest=newest), expected) is owed


def test_from_when_on_a_message_is_expected() -> None:
    assert expected_from(None, 5 * HOUR) is None
    assert expected_from(5 * HOUR - 1, 5 * HOUR) == 5 * HOUR - 1
    assert expected_from(0, 5 * HOUR) == 5 * HOUR - SHORTEST_RETENTION_MS


@pytest.mark.parametrize("since", [None, 1_600_000_000_000])
@pytest.mark.parametrize("before", [0, 3])
def test_a_link_that_stalls_is_attached_again_and_loses_nothing(service, clock, since, before):
    with reading(FAKE, since=since, **service.handed()) as read:
        read.opened()
        for number in range(before):
            service.put("1", b"%d" % number)
        read.take(before)
        service.last.stall("1")
        began = clock.now
        for number in range(before, before + 4):
            service.put("1", b"%d" % number)
        service.put("0", b"other")
        assert sorted(read.take(before + 5)) == sorted([b"%d" % number for number in range(before + 4)] + [b"other"])
        assert clock.now - began < 15
        (broken,) = read.stream.interruptions
        assert (broken.kind, broken.step) == (Kind.STALLED, "the link to partition 1")
        assert len(service.connections) == 1 and read.stream.failure is None
        assert read.states["1"] is PartitionState.RECEIVING


def test_a_partition_that_goes_on_stalling_is_given_up_and_the_others_are_not(service, clock):
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.stalled.add("1")
        service.last.stall("1")
        service.put("1", b"never")
        began = clock.now
        read.until(lambda: read.stream.partitions["1"].failure, "the end of partition 1")
        assert clock.now - began < 15
        assert read.states == {"0": PartitionState.IDLE, "1": PartitionState.STALLED}
        assert read.stream.partitions["1"].failure.kind is Kind.STALLED
        service.put("0", b"goes on")
        assert read.take(1) == [b"goes on"]


@pytest.mark.parametrize("since", [None, 1_800_000_000_000, 1_600_000_000_000])
def test_silence_is_no_stall_and_is_asked_about_at_a_low_steady_rate(service, clock, since):
    """Also where reading begins after the newest message, or the newest is too old to be expected."""
    service.put("0", b"old")
    clock.now += 2 * SHORTEST_RETENTION_MS / 1000
    with reading(FAKE, since=since, **service.handed()) as read:
        read.opened()
        if since == 1_600_000_000_000:
            assert read.take(1) == [b"old"]
        began = clock.now
        read.until(lambda: clock.now - began > 600, "ten minutes")
        assert read.stream.interruptions == [] and len(service.connections) == 1
        flights = len(set(service.last.flights["newest"]))
        assert 600 / USUAL.ask / 2 < flights <= 600 / USUAL.ask + 2


def test_what_is_too_old_to_be_still_there_is_no_stall(service, clock):
    service.put("1", b"old")
    service.stalled.add("1")  # the service says that it is there, and does not send it
    clock.now += 2 * SHORTEST_RETENTION_MS / 1000
    with reading(FAKE, since=1_600_000_000_000, **service.handed()) as read:
        read.opened()
        began = clock.now
        read.until(lambda: clock.now - began > 60, "a minute")
        assert read.stream.interruptions == []


@pytest.mark.parametrize(("error", "times"), [(BUSY, 2), (FORCED, 1), (WRONG, 1), (WRONG, 4), (LATE, 3), (OURS, 3)])
def test_a_link_that_was_open_comes_back(service, clock, error, times):
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.refusals["Partitions/1"] = error
        service.last.detach("partition-1", error)
        read.until(lambda: service.asked.count(service.asked[-1]) > times, "some tries")
        del service.refusals["Partitions/1"]
        service.put("1", b"at last")
        service.put("0", b"meanwhile")
        assert sorted(read.take(2)) == [b"at last", b"meanwhile"]
        assert len(read.stream.interruptions) == 1 and len(service.connections) == 1


@pytest.mark.parametrize("error", [BUSY, LATE, WRONG, FORCED])
@pytest.mark.parametrize("times", [1, 2])
def test_a_link_that_is_refused_for_a_moment_at_first(service, clock, error, times):
    service.refusals["Partitions/1"] = error
    with reading(FAKE, **service.handed()) as read:
        read.until(lambda: sum(address.endswith("Partitions/1") for address in service.asked) == times, "tries")
        del service.refusals["Partitions/1"]
        read.opened()
        service.put("1", b"at last")
        assert read.take(1) == [b"at last"] and len(service.connections) == 1


@pytest.mark.parametrize(("words", "pause"), [
    ("Error code : 50002. Sub error : 102. Please wait 4 seconds and try again.", 4.0),
    ("Error code : 50009. Please wait 2 seconds and try again. TrackingId:1", 2.0),
    ("Please wait 3600 seconds and try again.", USUAL.readers.longest),
    ("Please wait.", USUAL.readers.pauses[0]),
])  # fmt: skip
def test_a_busy_service_is_left_alone_as_long_as_it_says(service, clock, words, pause):
    service.refusals["Partitions/1"] = AmqpError(Symbol("com.microsoft:server-busy"), words)
    with reading(FAKE, **service.handed()) as read:
        read.until(lambda: read.stream.interruptions, "the refusal")
        began = clock.now
        service.refusals.clear()
        read.opened()
        assert pause <= clock.now - began < pause + 1


@pytest.mark.parametrize(("opened_before", "seconds"), [(True, USUAL.readers.seconds), (False, 0)])
def test_one_that_is_always_refused_is_given_up_and_the_others_are_not(service, clock, opened_before, seconds):
    if not opened_before:
        service.refusals["Partitions/1"] = INVALID
    with reading(FAKE, **service.handed()) as read:
        read.until(lambda: read.stream.partitions and read.stream.partitions["0"].opened)
        if opened_before:
            read.opened()
            service.refusals["Partitions/1"] = WRONG
            service.last.detach("partition-1", WRONG)
        began = clock.now
        read.until(lambda: read.stream.partitions["1"].failure, "the end of partition 1")
        assert seconds <= clock.now - began < seconds + 10
        assert read.states == {"0": PartitionState.IDLE, "1": PartitionState.UNREACHABLE}
        service.put("0", b"goes on")
        assert read.take(1) == [b"goes on"]
        assert len(service.connections) == 1 and len(read.stream.interruptions) == int(opened_before)


def test_what_befalls_all_links_at_once_is_said_once(service, clock):
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.last.detach("partition-", FORCED)
        service.put("0", b"a")
        service.put("1", b"b")
        assert sorted(read.take(2)) == [b"a", b"b"]
        assert len(read.stream.interruptions) == 1


def test_a_token_that_has_ended_is_renewed_with_the_connection(service, clock):
    """The service takes the link away, and denies it on this connection."""
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.refusals["Partitions/1"] = DENIED
        service.before_connect = lambda number: service.refusals.clear()
        service.last.detach("partition-1", FORCED)
        service.put("1", b"after")
        assert read.take(1) == [b"after"]
        assert len(service.tokens) == len(service.connections) == 2
        assert {one.kind for one in read.stream.interruptions} == {Kind.DROPPED}
