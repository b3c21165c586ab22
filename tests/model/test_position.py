"""How far a stream was read: out to a document and back, and what is refused."""

from __future__ import annotations

import copy
import json

import pytest

from azext_iotdiag.model import position
from azext_iotdiag.model.position import BadPosition, Position
from azext_iotdiag.model.stream import Newest, Partition, Stream

NONE = "it is no position that --save-position wrote"
NOW = 1_800_000_000_000
PLACES = {"0": Newest(7, NOW - 1000, "4711"), "2": Newest(-1, 0)}
SAVED = Position("ns.example.net", "hub", "diag", PLACES)


def stream(host="ns.example.net", entity="hub", group="diag") -> Stream:
    return Stream(host, entity, group, {name: Partition(name, place=place) for name, place in PLACES.items()})


def test_a_position_survives_its_document() -> None:
    assert position.of(stream()) == SAVED
    assert position.from_json(json.loads(json.dumps(position.to_json(SAVED))), NOW) == SAVED


def test_nothing_is_known_before_each_partition_has_a_place() -> None:
    seen = stream()
    seen.partitions["2"].place = None
    assert position.of(seen) is None
    assert position.of(Stream("h")) is None


def changed(**parts):
    document = copy.deepcopy(position.to_json(SAVED))
    for name, value in parts.items():
        if name in ("sequence", "enqueued", "offset"):
            document["partitions"]["0"][name] = value
        else:
            document[name] = value
    return document


@pytest.mark.parametrize(("document", "why"), [
    (changed(version=2), "its version is 2, and this release knows 1"),
    (changed(host=None), NONE), (changed(partitions={}), NONE), (changed(partitions=[]), NONE),
    (changed(partitions={"0": None}), NONE), (changed(sequence=True), NONE),
    (changed(sequence=-2), NONE), (changed(sequence="7"), NONE), (changed(enqueued=-1), NONE),
    (changed(offset=4711), NONE), ({}, NONE), ([], NONE), (None, NONE), (1, NONE),
    (changed(enqueued=NOW + 300_001), "its place in partition 0 lies in the future"),
])  # fmt: skip
def test_refused(document, why: str) -> None:
    with pytest.raises(BadPosition, match=why):
        position.from_json(document, NOW)


def test_clocks_may_differ_a_little() -> None:
    assert position.from_json(changed(enqueued=NOW + 300_000), NOW).places["0"].enqueued == NOW + 300_000


@pytest.mark.parametrize(("seen", "partitions", "why"), [
    (stream(host="other.example.net"), "02", "it is of the host ns.example.net, and other.example.net is read"),
    (stream(entity="hub2"), "02", "it is of the Event Hub hub, and hub2 is read"),
    (stream(group="$Default"), "02", r"it is of the consumer group diag, and \$Default is read"),
    (stream(), "013", "it names no place in partition 1, 3: another share saved it"),
])  # fmt: skip
def test_a_position_of_something_else_is_refused(seen: Stream, partitions: str, why: str) -> None:
    with pytest.raises(BadPosition, match=why):
        SAVED.put(seen, partitions)


def test_a_position_gives_the_places_that_are_read() -> None:
    assert SAVED.put(stream(host="NS.example.net"), ["2"]) == {"2": Newest(-1, 0)}
