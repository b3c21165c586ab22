"""How far a copy of a command has read a stream, so that another run goes on from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from azext_iotdiag.model.stream import Newest, Stream

VERSION = 1
MOST_AHEAD_MS = 300_000  # of this machine's clock, by which a hub's times may differ


class BadPosition(Exception):
    """A position that does not fit what is read; str() says why."""


@dataclass(frozen=True)
class Position:
    """The last message of each partition, by its id, and where the stream is. A sequence of -1 is before the first."""

    host: str
    entity: str
    consumer_group: str
    places: Mapping[str, Newest] = field(default_factory=dict)

    def put(self, stream: Stream, partitions: Iterable[str]) -> dict[str, Newest]:
        """The places of these partitions. Raises BadPosition where this is the position of something else."""
        here = (stream.host, stream.entity, stream.consumer_group)
        named = (self.host, self.entity, self.consumer_group)
        for what, saved, read in zip(("host", "Event Hub", "consumer group"), named, here, strict=True):
            if saved.lower() != read.lower():
                raise BadPosition(f"it is of the {what} {saved}, and {read} is read")
        if missing := [each for each in partitions if each not in self.places]:
            raise BadPosition(f"it names no place in partition {', '.join(missing)}: another share saved it")
        return {each: self.places[each] for each in partitions}


def of(stream: Stream) -> Position | None:
    """How far a stream was read; None until a place is known of each partition."""
    places = {}
    for partition in stream.partitions.values():
        if partition.place is None:
            return None
        place = partition.place
        places[partition.id] = Newest(place.sequence, place.enqueued, place.offset)
    return Position(stream.host, stream.entity, stream.consumer_group, places) if places else None


def to_json(position: Position) -> dict[str, Any]:
    """A position as a document."""
    return {
        "version": VERSION,
        "host": position.host,
        "eventHub": position.entity,
        "consumerGroup": position.consumer_group,
        "partitions": {
            name: {"sequence": place.sequence, "enqueued": place.enqueued, "offset": place.offset}
            for name, place in position.places.items()
        },
    }


def from_json(document: Any, now_ms: int) -> Position:
    """The position of a document. Raises BadPosition where it is none, or lies ahead of the time."""
    try:
        if document["version"] != VERSION:
            raise BadPosition(f"its version is {document['version']!r}, and this release knows {VERSION}")
        places = {name: _place(each) for name, each in document["partitions"].items()}
        host, entity, group = (document[key] for key in ("host", "eventHub", "consumerGroup"))
    except (KeyError, TypeError, AttributeError, IndexError):
        raise BadPosition("it is no position that --save-position wrote") from None
    if not places or not all(isinstance(word, str) for word in (host, entity, group)):
        raise BadPosition("it is no position that --save-position wrote")
    for name, place in places.items():
        if place.enqueued > now_ms + MOST_AHEAD_MS:
            raise BadPosition(f"its place in partition {name} lies in the future")
    return Position(host, entity, group, places)


def _place(written: Any) -> Newest:
    sequence, enqueued, offset = written["sequence"], written["enqueued"], written["offset"]
    numbers = all(isinstance(each, int) and not isinstance(each, bool) for each in (sequence, enqueued))
    if not numbers or not isinstance(offset, str) or sequence < -1 or enqueued < 0:
        raise TypeError
    return Newest(sequence, enqueued, offset)
