"""Events that nobody stores: their numbers, times and places, and what is kept behind them."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter

import pytest

from azext_iotdiag.lab.hub import generated_events
from azext_iotdiag.lab.hub.event_log import DAY_MS, LogLimits, Partition
from azext_iotdiag.lab.hub.hub import Hub, annotations_of
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.process.settings import LARGEST_FLOOD, BadSetting
from azext_iotdiag.wire.amqp.message import Message, decode_message
from azext_iotdiag.wire.amqp.types import Timestamp
from tests.plugins.lab_fixture import open_lab
from tests.plugins.reading import ENVIRONMENT, direct_target_of, reading, send

NOW = 1_700_000_000_000


def flooded(count: int, **settings) -> Hub:
    return new_lab(clock=lambda: NOW / 1000, flood=count, **settings).hub


def messages(hub: Hub) -> list[Message]:
    return [decode_message(event.message) for part in hub.stream.partitions.values() for event in part.events]


@pytest.mark.parametrize(("count", "devices"), [(1, 3), (2, 3), (1000, 3), (1003, 32), (5, 1)])
def test_every_number_comes_once_and_from_its_device(count: int, devices: int) -> None:
    hub = flooded(count, device_count=devices)
    came = {json.loads(message.body)["number"]: message for message in messages(hub)}
    assert sorted(came) == list(range(count)) and len(messages(hub)) == count
    ids = list(hub.devices)
    for number, message in came.items():
        assert message.annotations["iothub-connection-device-id"] == ids[number % devices]
        assert message.annotations["x-opt-enqueued-time"] == NOW - count + number


def test_each_device_is_in_its_own_partition() -> None:
    hub = flooded(100, device_count=32)
    for name, partition in hub.stream.partitions.items():
        for event in partition.events:
            device = decode_message(event.message).annotations["iothub-connection-device-id"]
            assert hub.partition_of(device).id == name


def test_an_event_looks_as_one_that_was_sent() -> None:
    hub = flooded(9, device_count=1, partition_count=1)
    device = hub.devices["device-1"]
    made = hub.stream.partitions["0"].events[7]
    message = decode_message(made.message)
    assert message.annotations == {
        **annotations_of(device, made.enqueued), "iothub-connection-device-id": "device-1",
        "x-opt-sequence-number": 7, "x-opt-offset": made.offset, "x-opt-enqueued-time": Timestamp(made.enqueued),
    }  # fmt: skip
    sent = hub.telemetry(
        device,
        generated_events.body_of(7),
        system=generated_events.SYSTEM,
        properties=generated_events.PROPERTIES,
        now_ms=made.enqueued,
    )
    assert list(decode_message(sent.message).annotations) == list(message.annotations)
    assert message._replace(annotations={}) == decode_message(sent.message)._replace(annotations={})


def test_a_partition_is_a_sequence_in_order() -> None:
    (partition,) = flooded(500, device_count=5, partition_count=1).stream.partitions.values()
    events = list(partition.events)
    assert [event.sequence for event in events] == list(range(500))
    assert [int(event.offset) for event in events] == sorted({int(event.offset) for event in events})
    assert [event.enqueued for event in events] == sorted(event.enqueued for event in events)
    assert partition.events[-1] == events[499] == partition.events[499]
    assert partition.events[3:6] == events[3:6]
    assert bisect_left(partition.events, NOW - 100, key=lambda event: event.enqueued) == 400
    assert [partition.index(number) for number in (-1, 0, 7, 500, 999)] == [0, 0, 7, 500, 500]
    for beyond in (500, -501):
        with pytest.raises(IndexError):
            partition.events[beyond]


def test_what_is_sent_comes_behind_and_the_made_up_ones_are_forgotten_first(monkeypatch) -> None:
    hub = flooded(10, device_count=1, partition_count=1)
    partition = hub.stream.partitions["0"]
    monkeypatch.setattr(partition, "_limits", LogLimits(3))
    sent = [
        hub.telemetry(hub.devices["device-1"], b"x", system={}, properties={}, now_ms=NOW - 5 + number)
        for number in range(3)
    ]
    assert [event.sequence for event in partition.events] == list(range(13))
    assert list(partition.events[10:]) == sent
    assert int(sent[0].offset) > int(partition.events[9].offset) and sent[0].enqueued >= partition.events[9].enqueued
    hub.telemetry(hub.devices["device-1"], b"x", system={}, properties={}, now_ms=NOW)
    assert [event.sequence for event in partition.events] == [11, 12, 13]
    assert [partition.index(number) for number in (0, 12, 14)] == [0, 1, 3]


def test_made_up_events_have_no_age() -> None:
    hub = flooded(10, device_count=1, partition_count=1)
    partition = hub.stream.partitions["0"]
    hub.telemetry(hub.devices["device-1"], b"x", system={}, properties={}, now_ms=NOW)
    hub.expire(NOW + 9 * DAY_MS)
    assert [event.sequence for event in partition.events] == list(range(11))
    partition._limits = LogLimits(1)
    hub.telemetry(hub.devices["device-1"], b"x", system={}, properties={}, now_ms=NOW + 1)
    assert [event.sequence for event in partition.events] == [11]
    hub.expire(NOW + 9 * DAY_MS)
    assert (list(partition.events), partition.next_sequence, partition.newest.sequence) == ([], 12, 11)


def test_partitions_without_a_device_stay_empty() -> None:
    hub = flooded(10, device_count=1)
    assert Counter(type(part) for part in hub.stream.partitions.values()) == {
        Partition: 3,
        generated_events.FloodedPartition: 1,
    }


@pytest.mark.parametrize("count", [-1, LARGEST_FLOOD + 1])
def test_a_number_that_cannot_be(count: int) -> None:
    with pytest.raises(BadSetting, match="events from the start"):
        new_lab(flood=count)
    new_lab(flood=LARGEST_FLOOD)


@pytest.mark.parametrize("reader", ["wire", "sdk"])
def test_a_reader_gets_them_from_where_it_asked(tmp_path, monkeypatch, reader: str) -> None:
    with open_lab(tmp_path, flood=2000, device_count=8) as lab:
        for name in ENVIRONMENT:
            monkeypatch.setenv(name, lab.description["environment"][name])
        partitions = lab.state.hub.stream.partitions.values()
        start = min(part.events[0].enqueued for part in partitions if part.events)
        with reading(direct_target_of(lab), since=start + 1500, reader=reader) as read:
            bodies = read.take(500)
        assert sorted(json.loads(body)["number"] for body in bodies) == list(range(1500, 2000))


def test_what_comes_from_now_on_is_none_of_them(tmp_path, monkeypatch) -> None:
    with open_lab(tmp_path, flood=2000) as lab:
        for name in ENVIRONMENT:
            monkeypatch.setenv(name, lab.description["environment"][name])
        with reading(direct_target_of(lab)) as read:
            read.opened()
            send(lab, b"sent")
            assert read.take(1) == [b"sent"]
            newest = {part.id: part.next_sequence - 1 for part in lab.state.hub.stream.partitions.values()}
            assert {part.id: part.sequence for part in read.stream.partitions.values()} == newest
        assert lab.status()["counts"]["events"] == 2001
