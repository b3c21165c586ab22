"""A geo-replicated namespace: where links begin, whose offsets are texts that only the service understands."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.hub.amqp.positions import BeyondNewest, start_of
from azext_iotdiag.lab.hub.event_log import Partition
from azext_iotdiag.lab.hub.hub import EventStream
from azext_iotdiag.lab.process.settings import BadSetting, Settings


def stream_of(count: int, *, replicated: bool = True) -> EventStream:
    """A stream of one partition with so many events."""
    stream = EventStream("ns.servicebus.windows.net", "entity", {"0": Partition("0")})
    if replicated:
        stream.replicate()
    for number in range(count):
        stream.partitions["0"].append(
            body=b"%d" % number, device="d", system={}, properties={}, annotations={}, now_ms=1000 + number
        )
    return stream


def begins(stream: EventStream, relation: str, offset: str) -> int:
    return start_of(stream.partitions["0"], {"filter": f"amqp.annotation.x-opt-offset {relation} '{offset}'"})


def test_offsets_are_no_numbers() -> None:
    stream = stream_of(3)
    assert stream.geo_replicated
    offsets = [event.offset for event in stream.partitions["0"].events]
    assert offsets[0] == "0:0" and len(set(offsets)) == 3
    with pytest.raises(ValueError):
        int(offsets[1])


def test_a_link_begins_at_an_offset() -> None:
    stream = stream_of(3)
    for event in stream.partitions["0"].events:
        assert begins(stream, ">", event.offset) == event.sequence
        assert begins(stream, ">=", event.offset) == event.sequence - 1


@pytest.mark.parametrize("earliest", ["-1", "-1:-1"])
def test_the_earliest_offset(earliest: str) -> None:
    assert begins(stream_of(3), ">", earliest) == -1


@pytest.mark.parametrize("selector", [
    "amqp.annotation.x-opt-sequence-number > '1'", "amqp.annotation.x-opt-enqueued-time > '1001'",
])  # fmt: skip
def test_numbers_and_times_go_on_to_work(selector: str) -> None:
    assert start_of(stream_of(3).partitions["0"], {"filter": selector}) == 1


def test_the_newest_offset() -> None:
    assert begins(stream_of(3), ">", "@latest") == 2


@pytest.mark.parametrize("offset", ["0:99999", "1:0"])
def test_an_offset_beyond_the_newest(offset: str) -> None:
    with pytest.raises(BeyondNewest, match=f"The supplied offset '{offset}' is invalid. The last offset .* is '0:"):
        begins(stream_of(3), ">", offset)


@pytest.mark.parametrize(("replicated", "offset"), [(True, "0"), (True, "512"), (False, "0:0"), (False, "-1:-1")])
def test_an_offset_of_the_other_kind(replicated: bool, offset: str) -> None:
    with pytest.raises(ValueError, match=f"The supplied offset '{offset}' is invalid"):
        begins(stream_of(3, replicated=replicated), ">", offset)


@pytest.mark.parametrize("field", ["x-opt-sequence-number", "x-opt-enqueued-time"])
def test_a_text_where_a_number_belongs(field: str) -> None:
    with pytest.raises(ValueError, match="not valid"):
        start_of(stream_of(3).partitions["0"], {"filter": f"amqp.annotation.{field} > '0:1'"})


def test_a_partition_that_begins_anew_keeps_its_kind() -> None:
    assert stream_of(1).partitions["0"].emptied().segment == 0
    assert stream_of(1, replicated=False).partitions["0"].emptied().segment is None


def test_a_flood_has_offsets_of_its_own() -> None:
    with pytest.raises(BadSetting, match="offsets of its own"):
        Settings(scenario="geo-replicated", flood=5).check()
    Settings(scenario="geo-replicated").check()
