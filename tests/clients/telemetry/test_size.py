"""Many partitions, many questions at once and large messages, with a service in memory."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.amqp import LARGEST_MESSAGE
from azext_iotdiag.wire.amqp.sessions import HANDLE_MAX
from tests.plugins.amqp_service import Service, clock, service
from tests.plugins.reading import FAKE, reading

__all__ = ["clock", "service"]


@pytest.mark.parametrize("count", [101, 252, 253, 600])
def test_more_partitions_than_a_session_has_handles(service: Service, clock, count: int) -> None:
    """And more than $management takes questions at once: it is asked about each as it takes them."""
    service.events = {str(number): [] for number in range(count)}
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        assert all(partition.newest is not None for partition in read.stream.partitions.values())
        sessions = service.last.endpoint.sessions.values()
        assert len(sessions) == -(-(count + 4) // (HANDLE_MAX + 1))
        ends = ("0", str(count // 2), str(count - 1))
        for number in ends:
            service.put(number, number.encode())
        assert sorted(read.take(3)) == sorted(number.encode() for number in ends)
        asked = len(service.last.flights["newest"])
        read.until(lambda: len(service.last.flights["newest"]) >= asked + count, "a question about each")
        service.last.drop()
        service.put(ends[-1], b"after")
        assert read.take(4)[3] == b"after"
        assert len(service.connections) == 2


def test_a_session_that_takes_few_handles(service: Service, clock, monkeypatch) -> None:
    monkeypatch.setattr("azext_iotdiag.wire.amqp.sessions.HANDLE_MAX", 9)
    service.events = {str(number): [] for number in range(20)}
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        assert len(service.last.endpoint.sessions) == 3
        service.put("19", b"x")
        assert read.take(1) == [b"x"]


@pytest.mark.parametrize("size", [1 << 20, (1 << 20) + 1, 5_000_000])
def test_a_large_message_ends_nothing(service: Service, clock, size: int) -> None:
    with reading(FAKE, **service.handed()) as read:
        read.opened()
        service.put("0", b"x" * size)
        service.put("1", b"other")
        service.put("0", b"after")
        assert sorted(map(len, read.take(3))) == [5, 5, size]
        assert read.stream.interruptions == [] and len(service.connections) == 1
        assert {one.max_message_size for one in service.last.attached} == {LARGEST_MESSAGE}
