"""What the partitions of a stream hold by what the service says, and which device was asked for."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.stream import READABLE, Newest, Partition, PartitionState, Stream, StreamRequest

NEVER = Newest(-1, 0)


def stream(*newest: Newest | None, **more: int) -> Stream:
    partitions = {str(number): Partition(str(number), newest=each) for number, each in enumerate(newest)}
    return Stream("h", partitions=partitions, **more)


def test_a_partition_is_called_what_its_own_hub_calls_it() -> None:
    assert Partition("3").name == "3" and Partition("hub-a/3").name == "3"


@pytest.mark.parametrize(("given", "newest", "empty"), [
    (stream(), None, False), (stream(None, None), None, False), (stream(NEVER, NEVER), None, True),
    (stream(NEVER, None), None, False), (stream(Newest(0, 5), NEVER), "0", False),
    (stream(Newest(9, 5), Newest(2, 7), NEVER), "1", False), (stream(Newest(0, 0)), "0", False),
])  # fmt: skip
def test_the_newest_message_and_whether_there_was_ever_any(given: Stream, newest: str | None, empty: bool) -> None:
    """The newest is the one that was enqueued last, whatever its number. Without an answer nothing is called empty."""
    assert (given.newest.id if given.newest else None, given.empty) == (newest, empty)


def test_messages_that_were_left_are_not_received() -> None:
    given = stream(None, None, left=2)
    given.partitions["0"].received, given.partitions["1"].received = 5, 4
    assert given.received == 7


def test_a_partition_is_readable_once_it_is_open() -> None:
    assert {PartitionState.IDLE, PartitionState.RECEIVING} == READABLE
    assert Partition("0").state is PartitionState.OPENING and not Partition("0").opened


def test_one_failed_partition_of_one_is_not_lost_but_all() -> None:
    alone = Stream("h", partitions={"0": Partition("0", failure=Failure(Kind.MISSING, "a step", "h", 1))})
    assert alone.lost() == frozenset()


@pytest.mark.parametrize(("device", "exact"), [("", ""), ("d-1", "d-1"), ("d-*", ""), ("d?", ""), ("*", "")])
def test_the_one_device_that_was_asked_for(device: str, exact: str) -> None:
    assert StreamRequest(0, 1.0, device=device).exact_device == exact
