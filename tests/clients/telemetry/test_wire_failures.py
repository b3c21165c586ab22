"""The reader that speaks AMQP itself, with a service in memory: refusals, silence, giving up, and renewing tokens."""

from __future__ import annotations

import math

import pytest

from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.credential import sas
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.stream import PartitionState
from azext_iotdiag.wire.amqp.performatives import AmqpError
from azext_iotdiag.wire.amqp.types import Symbol
from tests.plugins.amqp_service import clock, service
from tests.plugins.reading import FAKE, reading

__all__ = ["clock", "service"]

DENIED = AmqpError(Symbol("amqp:unauthorized-access"), "no Listen claim")
BUSY = AmqpError(Symbol("com.microsoft:server-busy"), "later")
FORCED = AmqpError(Symbol("amqp:connection:forced"), "maintenance")
HOURS = 3 * 3600.0
GIVE_UP_SECONDS = Deadlines().readers.seconds


@pytest.mark.parametrize(("condition", "text", "state", "kind"), [
    ("amqp:unauthorized-access", "no", PartitionState.DENIED, Kind.UNAUTHORIZED),
    ("amqp:not-found", "no", PartitionState.MISSING, Kind.MISSING),
    ("amqp:link:stolen", "no", PartitionState.CONFLICT, Kind.DISPLACED),
    ("amqp:resource-limit-exceeded", "Exceeded the maximum number of allowed receivers per partition in a consumer "
     "group which is 5. List of connected receivers - nil, nil, nil, nil, nil.", PartitionState.CONFLICT,
     Kind.TOO_MANY),
    ("amqp:resource-limit-exceeded", "Cannot allocate more handles. The maximum number of handles is 255.",
     PartitionState.UNREACHABLE, Kind.LIMIT),
    ("amqp:not-allowed", "the filter is invalid", PartitionState.UNREACHABLE, Kind.REFUSED),
])  # fmt: skip
@pytest.mark.parametrize("late", [False, True])
def test_all_partitions_refused_ends_the_stream(service, clock, condition, text, state, kind, late):
    service.late_refusal = late
    service.refusals = {f"Partitions/{number}": AmqpError(Symbol(condition), text) for number in "01"}
    with reading(FAKE, **service.handed()) as read:
        read.end()
        assert read.stream.failure.kind is kind and set(read.states.values()) == {state}
        assert len(service.connections) == 1, "trying again is of no use"


@pytest.mark.parametrize("opened_before", [True, False])
def test_a_link_that_is_not_answered(service, clock, opened_before):
    """It is not shown as idle, also where it was open once, and the others go on."""
    with reading(FAKE, **service.handed()) as read:
        if opened_before:
            read.opened()
            service.last.drop()
        service.unanswered.add("Partitions/1")
        began = clock.now
        read.until(lambda: read.stream.partitions and read.stream.partitions["1"].failure)
        assert clock.now - began < 15
        assert read.states == {"0": PartitionState.IDLE, "1": PartitionState.UNREACHABLE}
        failure = read.stream.partitions["1"].failure
        assert (failure.kind, failure.step) == (Kind.UNANSWERED, "the link to partition 1") and failure.seconds >= 10
        service.put("0", b"still")
        assert read.take(1) == [b"still"]


def test_no_link_is_ever_answered(service, clock):
    service.unanswered |= {"Partitions/0", "Partitions/1"}
    with reading(FAKE, **service.handed()) as read:
        read.end()
        assert read.stream.failure.kind is Kind.UNANSWERED and not read.stream.opened
        assert len(service.connections) == 1


def failing(kind, *, first=0, last=10_000):
    def before_connect(number):
        if first <= number < last:
            raise StepFailed(Failure(kind, "the TCP connection", "ns", 5671))

    return before_connect


@pytest.mark.parametrize(
    ("kind", "tries"), [(Kind.DROPPED, 3), (Kind.NAME_NOT_RESOLVED, 1), (Kind.UNTRUSTED, 1), (Kind.SILENT, 1)]
)
def test_before_anything_was_open_it_gives_up_soon(service, clock, kind, tries):
    seen = []
    fails = failing(kind)
    service.before_connect = lambda number: (seen.append(number), fails(number))
    with reading(FAKE, **service.handed()) as read:
        read.end()
        assert read.stream.failure.kind is kind and len(seen) == tries and not read.events


def test_two_early_drops_are_healed(service, clock):
    tries = iter([True, True, False])

    def fail(number):
        if next(tries):
            raise StepFailed(Failure(Kind.DROPPED, "SASL", "ns", 5671))

    service.before_connect = fail
    with reading(FAKE, **service.handed()) as read:
        read.opened()


def test_a_server_that_dies_for_good_is_given_up_in_time(service, clock):
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.before_connect = failing(Kind.REFUSED_CONNECTION)
        service.last.drop()
        began = clock.now
        read.end()
        assert GIVE_UP_SECONDS <= clock.now - began < GIVE_UP_SECONDS + 10
        assert read.stream.failure.kind is Kind.REFUSED_CONNECTION
        assert [one.kind for one in read.stream.interruptions] == [Kind.DROPPED], "one interruption, however many tries"
        assert set(read.states.values()) == {PartitionState.UNREACHABLE}


def test_a_server_that_comes_back_late_is_found(service, clock):
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        began = clock.now
        service.before_connect = lambda number: clock.now - began < 40 and failing(Kind.UNREACHABLE)(number)
        service.last.drop()
        service.put("0", b"kept")
        assert read.take(1) == [b"kept"]


@pytest.mark.parametrize("opened_before", [True, False])
def test_a_server_that_drops_every_connection_as_soon_as_it_reads_is_given_up(service, clock, opened_before):
    """Each opening succeeds, so that counting only failed openings would go on for ever."""
    with reading(FAKE, **service.handed()) as read:
        if opened_before:
            read.opened()
        real = service.connect

        def dropping(*arguments):
            connection = real(*arguments)
            attach = connection._attach

            def attach_and_drop(link, proposal):
                attach(link, proposal)
                if link in connection.readers:
                    connection.drop(lose=True)

            connection._attach = attach_and_drop
            return connection

        service.connect = dropping
        if opened_before:
            service.last.drop()
        began = clock.now
        read.end()
        assert clock.now - began < GIVE_UP_SECONDS + 10
        assert read.stream.failure.kind is Kind.DROPPED


def test_the_token_is_renewed_in_time_and_reading_goes_on(service, clock):
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        for hour in range(1, 4):
            read.until(lambda hour=hour: len(service.tokens) == 1 + hour)
            service.put("0", b"%d" % hour)
            read.take(hour)
        ends = [sas.read(token).expires for token in service.tokens]
        assert [round((end - ends[0]) / 100) for end in ends] == [0, 27, 54, 81], "at each three quarters of its life"
        assert ends[0] - 1_700_000_000 == pytest.approx(3600, abs=5) and len(service.connections) == 1
        assert read.stream.interruptions == []


def test_a_token_that_is_refused_at_renewal_ends_the_stream(service, clock):
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.cbs = lambda token: (401, "InvalidSignature")
        read.end()
        failure = read.stream.failure
        assert (failure.kind, failure.step) == (Kind.UNAUTHORIZED, "the answer to the renewed token")
        assert set(read.states.values()) == {PartitionState.DENIED}


def test_the_token_is_renewed_on_new_links_where_the_service_took_the_idle_ones_away(service, clock):
    """Event Hubs detaches links that were idle for long; these have been for three quarters of an hour."""
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.last.detach("cbs", AmqpError(Symbol("amqp:link:detach-forced"), "idle"))
        read.until(lambda: len(service.tokens) == 2)
        service.put("0", b"after")
        assert read.take(1) == [b"after"]
        assert len(service.connections) == 1 and read.stream.interruptions == []


def test_an_idle_connection_stays_up_for_hours(service, clock):
    """The service sends signs of life, as it promised; the reader answers with its own."""
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        began = clock.now
        read.until(lambda: clock.now - began > HOURS, "the end of the hours")
        service.put("0", b"at last")
        assert read.take(1) == [b"at last"] and len(service.connections) == 1
        assert len(service.last.said) > HOURS / 61


def test_signs_of_life_where_nothing_is_asked(service, clock):
    with reading(FAKE, **service.handed(quiet=math.inf)) as read:
        read.opened()
        began = clock.now
        read.until(lambda: clock.now - began > 3600, "the end of the hour")
        assert len([size for size in service.last.said if size == 8]) > 3600 / 61


def test_a_connection_without_signs_of_life_is_made_anew(service, clock):
    service.lively = False
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.unanswered.add("management requests")
        began = clock.now
        read.until(lambda: read.stream.interruptions)
        assert 120 < clock.now - began < 125
        assert "no sign of life" in read.stream.interruptions[0].description


@pytest.mark.parametrize(("answer", "kind", "condition"), [
    ((401, {}), Kind.UNAUTHORIZED, "management:401"),
    ((404, {}), Kind.MISSING, "management:404"),
    ((500, {}), Kind.REFUSED, "management:500"),
])  # fmt: skip
def test_questions_that_are_refused(service, clock, answer, kind, condition):
    service.management = lambda asked: answer
    with reading(FAKE, **service.handed()) as read:
        read.end()
        assert (read.stream.failure.kind, read.stream.failure.condition) == (kind, condition)


def test_a_message_that_cannot_be_read_ends_nothing(service, clock):
    """It has no number, so nothing is known by it, and the messages around it are read."""
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.put("0", b"before")
        service.events["0"].append(b"\x00\x53\x75")
        service.put("0", b"after")
        assert [body for body in read.take(3) if body] == [b"before", b"after"]
        assert read.stream.failure is None and read.stream.partitions["0"].sequence == 2
