"""The reader that speaks AMQP itself, with a service in memory: where it begins, how it heals, and when it gives up."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.stream import Newest, PartitionState
from azext_iotdiag.wire.amqp.performatives import AmqpError
from azext_iotdiag.wire.amqp.types import Symbol
from tests.plugins.amqp_service import clock, service
from tests.plugins.reading import FAKE, reading

__all__ = ["clock", "service"]

DENIED = AmqpError(Symbol("amqp:unauthorized-access"), "no Listen claim")
BUSY = AmqpError(Symbol("com.microsoft:server-busy"), "later")
FORCED = AmqpError(Symbol("amqp:connection:forced"), "maintenance")


def test_latest_reads_what_comes_from_now_on(service, clock):
    service.put("0", b"old")
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        assert read.states == {"0": PartitionState.IDLE, "1": PartitionState.IDLE}
        service.put("0", b"a", **{"iothub-connection-device-id": "d", "dt-subject": "c"})
        service.put("1", b"b")
        assert read.take(2) == [b"a", b"b"]
        event = read.events[0]
        assert (event.device, event.component, event.partition, event.sequence, event.offset) == (
            "d",
            "c",
            "0",
            1,
            "100",
        )
        assert event.enqueued == 1_700_000_000_000 and event.kind == "" and event.system == {} == event.properties
        assert read.states == {"0": PartitionState.RECEIVING, "1": PartitionState.RECEIVING}
        assert read.stream.received == 2 and read.stream.opened and read.stream.failure is None
    assert service.last.closed and len(service.connections) == 1


def test_what_comes_while_the_links_are_attached_is_not_lost(service, clock):
    """Between the question for the newest message and the links' attach a message may come."""
    asked = service.properties

    def late(question):
        answer = asked(question)
        if question["type"] == "com.microsoft:partition":
            service.put(question["partition"], b"late " + question["partition"].encode())
        return answer

    service.management = late
    with reading(FAKE, **service.handed()) as read:
        assert sorted(read.take(2)) == [b"late 0", b"late 1"]


@pytest.mark.parametrize("since", [None, 1_600_000_000_000])
def test_the_newest_message_of_each_partition_is_known(service, clock, since):
    """Whoever reads back in time does not wait for it: the links are attached before it is answered."""
    service.put("1", b"old")
    with reading(FAKE, since=since, **service.handed()) as read:
        read.until(lambda: read.stream.partitions and all(one.newest for one in read.stream.partitions.values()))
        newest = {one.id: one.newest for one in read.stream.partitions.values()}
        assert newest == {"0": Newest(-1, 0, "-1", True), "1": Newest(0, 1_700_000_000_000, "0", False)}
        attach_flights, question_flights = service.last.flights["Partitions/1"], service.last.flights["newest"]
        assert attach_flights == [question_flights[-1] + (since is None)]
        assert len(set(question_flights)) == 1


def test_five_round_trips_on_the_namespace_bring_the_first_message(service, clock):
    """SASL; AMQP and $cbs; the token and $management; the partitions' names; the partitions."""
    service.put("1", b"old")
    with reading(FAKE, since=1_600_000_000_000, **service.handed()) as read:
        assert read.take(1) == [b"old"]
        assert service.last.flights["Partitions/1"] == [5]


def test_a_service_that_breaks_off_where_management_comes_before_its_token_is_judged(service, clock):
    def cbs(token):
        if len(service.connections) == 1:
            service.last.drop()
        return 202, "Accepted"

    service.cbs = cbs
    service.put("1", b"old")
    with reading(FAKE, since=1_600_000_000_000, **service.handed()) as read:
        assert read.take(1) == [b"old"]
    assert [connection.flights.get("Partitions/1") for connection in service.connections] == [None, [6]]


def test_since_includes_that_millisecond(service, clock):
    for number in range(4):
        service.put("1", b"%d" % number)
        clock.now += 1
    with reading(FAKE, since=1_700_000_002_000, **service.handed()) as read:
        assert read.take(2) == [b"2", b"3"]
    assert set(service.selectors) == {"amqp.annotation.x-opt-enqueued-time > '1700000001999'"}


@pytest.mark.parametrize("since", [None, 1_600_000_000_000])
@pytest.mark.parametrize("lose", [True, False])
@pytest.mark.parametrize("before", [0, 3])
def test_a_broken_connection_loses_and_doubles_nothing(service, clock, since, lose, before):
    """Broken before the first message, and in the middle, five times each, with and without messages on their way."""
    with reading(FAKE, since=since, **service.handed()) as read:
        read.opened()
        count = 0
        for number in range(5):
            for _ in range(before):
                service.put("0", b"%d" % count)
                count += 1
            read.take(count)
            service.put("0", b"%d" % count)  # on its way
            service.last.drop(lose=lose)
            service.put("0", b"%d" % (count + 1))  # while nobody listens
            count += 2
            assert read.take(count) == [b"%d" % one for one in range(count)]
            assert len(service.connections) == number + 2
        assert [one.kind for one in read.stream.interruptions] == [Kind.DROPPED] * 5
        assert read.stream.failure is None and not read.over


@pytest.mark.parametrize("since", [None, 1_600_000_000_000])
def test_a_break_before_anything_came_keeps_the_place(service, clock, since):
    service.put("0", b"old")
    with reading(FAKE, since=since, **service.handed()) as read:
        read.opened()
        service.last.drop(lose=True)
        service.put("0", b"first")
        service.put("1", b"second")
        expected = [b"first", b"second"] if since is None else [b"old", b"first", b"second"]
        assert sorted(read.take(len(expected))) == sorted(expected)


@pytest.mark.parametrize("error", [BUSY, FORCED, AmqpError(Symbol("amqp:internal-error")), None])
def test_a_link_that_the_service_takes_away_is_opened_again(service, clock, error):
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.last.detach("partition-1", error)
        service.put("1", b"after")
        assert read.take(1) == [b"after"]
        assert len(read.stream.interruptions) == 1 and "partition 1" in read.stream.interruptions[0].step


def test_credit_is_topped_up(service, clock):
    with reading(FAKE, credit=10, **service.handed()) as read:
        read.opened()
        for number in range(100):
            service.put("0", b"%d" % number)
        assert read.take(100) == [b"%d" % number for number in range(100)]


def test_one_partition_denied_while_the_others_go_on(service, clock):
    service.refusals["Partitions/0"] = DENIED
    with reading(FAKE, **service.handed()) as read:
        read.until(lambda: len(read.stream.partitions) == 2 and read.stream.partitions["1"].opened)
        service.put("0", b"hidden")
        service.put("1", b"seen")
        assert read.take(1) == [b"seen"]
        assert read.states == {"0": PartitionState.DENIED, "1": PartitionState.RECEIVING}
        failure = read.stream.partitions["0"].failure
        assert (failure.kind, failure.condition, failure.description) == (
            Kind.UNAUTHORIZED,
            "amqp:unauthorized-access",
            "no Listen claim",
        )
        service.last.drop()
        service.put("1", b"again")
        assert read.take(2) == [b"seen", b"again"]
        asked = [address[-1] for address in service.asked if "Partitions" in address]
        assert asked == ["0", "1", "1"], "the denied one is not asked again"
