"""What readers find in a partition whose oldest messages, or all of them, are kept no longer."""

from __future__ import annotations

import time

import pytest

from azext_iotdiag.lab.hub.event_log import DAY_MS, LogLimits
from azext_iotdiag.wire.amqp.performatives import Attach
from tests.plugins.amqp_raw import raw, token_of
from tests.plugins.lab_fixture import open_lab
from tests.plugins.reading import ENVIRONMENT, direct_target_of, reading, send


@pytest.fixture
def lab(tmp_path, monkeypatch):
    with open_lab(tmp_path, partition_count=1) as running:
        for name in ENVIRONMENT:
            monkeypatch.setenv(name, running.description["environment"][name])
        yield running


def put(lab, *bodies, days=0.0):
    """Messages that came so many days ago."""
    return send(lab, *bodies, now_ms=int(time.time() * 1000 - days * DAY_MS))


def management(lab):
    """What $management says of the partition."""
    with raw(lab) as client:
        client.greet()
        assert client.put_token(token_of(lab)) == 202
        client.node("$management", 30)
        asked = {"operation": "READ", "type": "com.microsoft:partition", "name": lab.state.hub.stream.entity}
        return client.ask(30, {**asked, "partition": "0"}).value


def read_from(lab, selector, count):
    """The bodies that come from a place on."""
    with raw(lab) as client:
        client.greet()
        assert client.put_token(token_of(lab)) == 202
        client.reader("0", selector=selector)
        assert client.until(Attach).source is not None
        return [client.next().body for _ in range(count)]


def test_the_beginning_moves(lab):
    old = put(lab, b"a", b"b", days=1.5)
    new = put(lab, b"c", b"d")
    told = management(lab)
    assert (told["begin_sequence_number"], told["last_enqueued_sequence_number"]) == (2, 3)
    assert not told["is_partition_empty"]
    for selector in (
        "amqp.annotation.x-opt-sequence-number > '0'", "amqp.annotation.x-opt-sequence-number >= '1'",
        f"amqp.annotation.x-opt-offset > '{old[0].offset}'", "amqp.annotation.x-opt-offset > '-1'", None,
        f"amqp.annotation.x-opt-enqueued-time > '{old[0].enqueued - 1}'",
    ):  # fmt: skip
        assert read_from(lab, selector, 2) == [b"c", b"d"], selector
    assert read_from(lab, f"amqp.annotation.x-opt-offset > '{new[0].offset}'", 1) == [b"d"]


def test_an_empty_partition_keeps_its_numbers(lab):
    assert management(lab)["last_enqueued_sequence_number"] == -1
    (last,) = put(lab, b"a", b"b", days=1.5)[1:]
    told = management(lab)
    assert told["is_partition_empty"] and told["begin_sequence_number"] == 2
    assert (told["last_enqueued_sequence_number"], told["last_enqueued_offset"]) == (1, last.offset)
    assert told["last_enqueued_time_utc"] == last.enqueued
    assert [event.sequence for event in put(lab, b"c")] == [2]
    assert read_from(lab, "amqp.annotation.x-opt-sequence-number > '0'", 1) == [b"c"]


@pytest.mark.parametrize("limits", [LogLimits(events=5), LogLimits(bytes=4000)])
def test_a_reader_that_is_late_goes_on_with_the_oldest(lab, limits):
    partition = lab.state.hub.stream.partitions["0"]
    with raw(lab) as client:
        client.greet()
        assert client.put_token(token_of(lab)) == 202
        lab.call(setattr, partition, "_limits", limits)
        put(lab, *(b"%03d" % number for number in range(100)))
        kept = [b"%03d" % event.sequence for event in lab.call(lambda: list(partition.events))]
        assert 0 < len(kept) < 20 and kept[-1] == b"099"
        client.reader("0", selector="amqp.annotation.x-opt-sequence-number > '10'")
        assert client.until(Attach).source is not None
        assert [client.next().body for _ in kept] == kept


@pytest.mark.parametrize("reader", ["wire", "sdk"])
def test_our_reader_and_azure_eventhub(lab, reader):
    put(lab, b"a", b"b", days=1.5)
    put(lab, b"c", b"d", days=0.5)
    with reading(direct_target_of(lab), since=0, reader=reader) as read:
        assert read.take(2) == [b"c", b"d"]
        put(lab, b"e")
        assert read.take(3) == [b"c", b"d", b"e"]
        assert [event.sequence for event in read.events] == [2, 3, 4]
