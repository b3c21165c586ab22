"""Where the reader on azure-eventhub begins, what it drops, and what it tries again."""

from __future__ import annotations

from datetime import datetime, timezone
from queue import Queue
from types import SimpleNamespace
from typing import Any

import pytest

from azext_iotdiag.clients.telemetry import sdk_reader
from azext_iotdiag.clients.telemetry import sdk_words as words
from azext_iotdiag.clients.telemetry.contract import Options, StartPosition
from azext_iotdiag.clients.telemetry.sdk_reader import START, SdkLink, SdkReader
from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.stream import Newest, Partition, PartitionState
from azext_iotdiag.model.target import Target

MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=timezone.utc)
NOW = 1_700_000_000_000


def event(sequence: int, enqueued: int = NOW, offset: str = "") -> Event:
    return Event("", "d", "", "", "0", sequence, offset, enqueued, {}, {}, {}, b"")


def link(partition: Partition, since: int | None = None, client: Any = None) -> SdkLink:
    def fail(kind: Kind, step: str, description: str, seconds: float) -> Failure:
        return Failure(kind, step, "h", 5671, description=description, seconds=seconds)

    options = Options("c", StartPosition(since))
    return SdkLink(partition, options, client=lambda: client, came=Queue(), seconds=10.0, fail=fail)


def time_of(enqueued: int) -> datetime:
    return datetime.fromtimestamp((enqueued - 1) / 1000, timezone.utc)


@pytest.mark.parametrize(("place", "since", "starts"), [
    (None, NOW, [time_of(NOW), START]),
    (Newest(-1, 0, "-1", True), None, [START, time_of(1)]),
    (Newest(41, NOW, "4100", True), None, [START, time_of(NOW)]),
    (Newest(41, NOW, "4100"), None, ["4100", 41, time_of(NOW)]),
    (event(41, offset="1:opaque"), NOW, ["1:opaque", 41, time_of(NOW)]),
    (event(41), NOW, [41, time_of(NOW)]),
])  # fmt: skip
def test_where_it_begins_and_how_else_after_a_stall(place, since, starts) -> None:
    made = link(Partition("0", place=place), since)
    found = []
    for _ in starts:
        found.append(made._start())
        made._stalls += 1
    assert found == starts


class Closed:
    def close(self) -> None:
        """As the SDK's."""


@pytest.mark.parametrize(("kind", "condition", "opened", "given_up"), [
    (Kind.UNANSWERED, "com.microsoft:timeout", False, False),
    (Kind.REFUSED, "amqp:internal-error", False, False),
    (Kind.REFUSED, "cbs:500", False, False),
    (Kind.BUSY, "cbs:503", False, False),
    (Kind.UNANSWERED, "", False, True),
    (Kind.REFUSED, "amqp:not-allowed", False, True),
    (Kind.LIMIT, "amqp:resource-limit-exceeded", False, True),
    (Kind.TOO_MANY, "amqp:resource-limit-exceeded", False, True),
    (Kind.TOO_MANY, "amqp:resource-limit-exceeded", True, False),
])  # fmt: skip
def test_what_is_tried_again(kind, condition, opened, given_up) -> None:
    partition = Partition("0", opened=opened)
    made = link(partition, client=Closed())
    made.failed(Failure(kind, "the link to partition 0", "h", 5671, condition=condition))
    assert (partition.failure is not None) is given_up
    assert (partition.state is PartitionState.OPENING) is not given_up


def test_what_came_before_is_dropped_and_counted(monkeypatch) -> None:
    partition = Partition("0")
    made = SdkReader(Target(event_hub="h", entity="e"), Options("c", StartPosition(NOW)))
    came = [event(4, NOW - 1), event(5), event(6), event(5), event(6), event(7), event(1, NOW + 1)]
    part = link(partition)
    monkeypatch.setattr(made, "_open", lambda: made.stream.partitions.update({"0": partition}))
    monkeypatch.setattr(sdk_reader.words, "event", lambda one, _partition: one)
    for each in came:
        made._came.put((part, 0, each))
    shown = []
    for each in made:
        if each is None:
            break
        shown.append(each.sequence)
    made.close()
    assert shown == [5, 6, 7, 1] and partition.sequence == 1
    assert (made.stream.dropped, made.stream.received) == (3, 4)


def test_the_newest_message_by_the_sdk() -> None:
    told = {
        "is_empty": True, "last_enqueued_sequence_number": 41, "last_enqueued_offset": "4100",
        "last_enqueued_time_utc": MOMENT,
    }  # fmt: skip
    assert words.newest(told) == Newest(41, NOW, "4100", True)


@pytest.mark.parametrize(("said", "condition", "kind"), [
    ("Status code: 503", "", Kind.BUSY),
    ("Status code: 500", "", Kind.REFUSED),
    ("Status code: 401. The maximum number of '1000' tokens per connection has been reached.", "", Kind.LIMIT),
    ("Cannot allocate more handles.", "amqp:resource-limit-exceeded", Kind.LIMIT),
    ("Exceeded the maximum number of allowed receivers per partition in a consumer group which is 5.",
     "amqp:resource-limit-exceeded", Kind.TOO_MANY),
])  # fmt: skip
def test_what_its_exceptions_mean(said, condition, kind) -> None:
    error = ValueError(said)
    error.condition = SimpleNamespace(value=condition.encode())  # type: ignore[attr-defined]
    assert words.failure(error, "h", 5671, "a step").kind is kind


# numbers that begin again, as after a failover

INVALID = "The supplied offset '4100' is invalid. The last offset in the system is '-1' TrackingId:1"


def test_a_start_that_the_service_calls_invalid_is_read_on_by_time() -> None:
    partition = Partition("0", place=event(41, offset="4100"), opened=True)
    made = link(partition, client=Closed())
    made._receive = lambda *_: None  # type: ignore[method-assign]
    made.start()
    before = made.generation
    refused = Failure(Kind.REFUSED, made.step, "h", 5671, condition="com.microsoft:argument-error", description=INVALID)
    assert made.failed(refused) is None
    assert (partition.failure, partition.place, partition.resume) == (None, None, NOW)
    assert made.generation == before + 1, "what the old client still brings is dropped"
    assert made._start() == time_of(NOW)
    assert made.failed(refused) is refused, "there is no other way to begin"


@pytest.mark.parametrize(("newest", "again"), [
    (Newest(3, NOW + 1), True), (Newest(3, NOW), False), (Newest(41, NOW), False), (Newest(-1, 0), False),
])  # fmt: skip
def test_lower_numbers_with_later_times_are_seen_on_a_quiet_partition(newest, again) -> None:
    partition = Partition("0", place=event(41, offset="4100"), opened=True, state=PartitionState.IDLE, newest=newest)
    made = link(partition, client=Closed())
    made._receive = lambda *_: None  # type: ignore[method-assign]
    made.start()
    assert made.tend(None) is None
    assert (partition.place is None, partition.resume) == (again, NOW if again else None)


class Asked(Closed):
    """As the SDK's, of a partition that is not asked about its newest message again."""

    def get_partition_properties(self, _id: str) -> None:
        raise AssertionError("reading goes on by time")

    def receive_batch(self, **how: Any) -> None:
        self.starts = how["starting_position"]


def test_what_came_since_the_last_message_is_not_skipped() -> None:
    made, client = link(Partition("0", resume=NOW)), Asked()
    made._receive(client, 0)
    assert client.starts == {"0": time_of(NOW)} and made._came.empty()


def test_an_answer_without_partitions_is_no_event_hub() -> None:
    made = SdkReader(Target(event_hub="h", entity="e"), Options("c", StartPosition(NOW)))
    made._asking = SimpleNamespace(get_partition_ids=list)
    with pytest.raises(StepFailed) as failed:
        made._partition_ids()
    assert failed.value.failure.kind is Kind.NOT_AMQP
