"""What a stream as a whole comes to, from its partitions."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.failure import CERTIFICATE_KINDS, Failure, Kind
from azext_iotdiag.model.stream import Partition, Stream

HEAL = {
    Kind.DROPPED, Kind.BUSY, Kind.LIMIT, Kind.REFUSED, Kind.SILENT, Kind.UNREACHABLE, Kind.REFUSED_CONNECTION,
    Kind.NAME_NOT_RESOLVED, Kind.PROXY_UNREACHABLE, Kind.PROXY_SILENT, Kind.UNANSWERED, Kind.STALLED,
}  # fmt: skip


def test_one_open_partition_opens_a_stream() -> None:
    stream = Stream("h")
    assert (stream.opened, stream.received) == (False, 0)
    stream.partitions = {"0": Partition("0", received=2), "1": Partition("1", received=3)}
    assert (stream.opened, stream.received) == (False, 5)
    stream.partitions["1"].opened = True
    assert stream.opened


@pytest.mark.parametrize("kind", Kind)
def test_what_is_of_no_use_to_try_again(kind: Kind) -> None:
    assert Failure(kind, "a step", "h", 1).lasting is (kind not in HEAL)


def test_a_wrong_certificate_does_not_heal() -> None:
    assert not CERTIFICATE_KINDS & HEAL


def test_a_stream_is_settled_once_no_partition_is_on_its_way() -> None:
    stream = Stream("h")
    assert not stream.settled
    stream.partitions = {"0": Partition("0", opened=True), "1": Partition("1"), "2": Partition("2", dropped=2)}
    assert not stream.settled and stream.dropped == 2
    stream.partitions["1"].failure = Failure(Kind.UNAUTHORIZED, "a step", "h", 1)
    assert not stream.settled
    stream.partitions["2"].opened = True
    assert stream.settled


def test_partitions_are_lost_while_others_are_read() -> None:
    failure = Failure(Kind.UNAUTHORIZED, "a step", "h", 1)
    stream = Stream("h", partitions={"0": Partition("0", failure=failure), "1": Partition("1")})
    assert stream.lost() == {"0"}
    stream.partitions["1"].failure = failure
    assert stream.lost() == frozenset()
    stream.partitions["1"].failure, stream.failure = None, failure
    assert stream.lost() == frozenset()
