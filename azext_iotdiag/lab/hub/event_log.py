"""One partition of the lab's event stream: what it keeps, and under which numbers."""

from __future__ import annotations

import logging
import sys
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from azext_iotdiag.wire.amqp.message import encode_message
from azext_iotdiag.wire.amqp.types import Symbol, Timestamp

EVENT_LIMIT = 400_000  # of all partitions of a hub together
BYTE_LIMIT = 256 * 1024 * 1024  # the same
LEAST_EVENTS, LEAST_BYTES = 1000, 1024 * 1024  # of one partition, however many there are
DAY_MS = 86_400_000
EARLIEST = "-1"  # the offset before the first event, of every partition

log = logging.getLogger(__name__)


class LogLimits(NamedTuple):
    """How many events, and bytes of them, a partition keeps."""

    events: int = EVENT_LIMIT
    bytes: int = BYTE_LIMIT

    def share(self, partitions: int) -> LogLimits:
        """Those of one partition of so many, where these are for all of them."""
        return LogLimits(max(self.events // partitions, LEAST_EVENTS), max(self.bytes // partitions, LEAST_BYTES))


OF_A_HUB = LogLimits()


class LogPlace(NamedTuple):
    """Where a partition goes on: the number and the offset of its next event, and the offset and the time (in
    milliseconds since 1970) of the one before."""

    sequence: int = 0
    offset: int = 0
    last_offset: str = ""
    last_enqueued: int = 0

    def after(self, skipped: int) -> LogPlace:
        """The place so many events further on, each a byte long."""
        return self._replace(sequence=self.sequence + skipped, offset=self.offset + skipped)


class Written(bytes):
    """A body as JSON, for routes and files; `sections` is how the device wrote it, as amqp-value or amqp-sequence."""

    sections: bytes = b""

    @classmethod
    def of(cls, text: bytes, sections: bytes) -> Written:
        """Both forms of a body."""
        made = cls(text)
        made.sections = sections
        return made


class StoredEvent(NamedTuple):
    """One event of a partition; `enqueued` is in milliseconds since 1970, `message` the whole encoded AMQP message."""

    sequence: int
    offset: str
    enqueued: int
    message: bytes


def stored(
    body: bytes,
    *,
    device: str,
    system: Mapping[str, Any],
    properties: Mapping[str, Any],
    annotations: Mapping[str, Any],
    sequence: int,
    offset: str,
    enqueued: int,
) -> StoredEvent:
    """The event that a partition makes of a message."""
    marks: dict[Symbol, Any] = {Symbol(name): value for name, value in annotations.items()}
    if device:
        marks[Symbol("iothub-connection-device-id")] = device
    marks[Symbol("x-opt-sequence-number")] = sequence
    marks[Symbol("x-opt-offset")] = offset
    marks[Symbol("x-opt-enqueued-time")] = Timestamp(enqueued)
    # Readers of a hub get such bodies as they were sent (Azure/azure-functions-host issue 9749).
    sections = body.sections if isinstance(body, Written) else b""
    message = encode_message(
        None if sections else bytes(body), annotations=marks, properties=_typed(system) or None,
        application=dict(properties) or None, sections=sections,
    )  # fmt: skip
    return StoredEvent(sequence, offset, enqueued, message)


_FRESH = LogPlace()


class Partition:
    """The last events of one partition, in order, without a gap in their sequence numbers.

    They start at 0, or at the `place` where an earlier partition ended.

    `events` may be read and indexed: its sequence numbers, offsets (as numbers) and times never go down.
    """

    def __init__(self, partition_id: str, limits: LogLimits = OF_A_HUB, place: LogPlace = _FRESH):
        self.id = partition_id
        self.segment: int | None = None  # of a geo-replicated namespace, whose offsets begin with it
        self.began = self.next_sequence = place.sequence
        self._kept: list[StoredEvent] = []
        self.events: Sequence[StoredEvent] = self._kept
        self._limits = limits
        self._bytes = 0
        self._last: StoredEvent | None = None
        if place.sequence:
            self._last = StoredEvent(place.sequence - 1, place.last_offset, place.last_enqueued, b"")
        self._offset = place.offset
        self._subscribers: list[Callable[[], None]] = []

    def append(
        self,
        *,
        body: bytes,
        device: str,
        system: Mapping[str, Any],
        properties: Mapping[str, Any],
        annotations: Mapping[str, Any],
        now_ms: int,
    ) -> StoredEvent:
        """Store an event and tell the subscribers.

        `system` maps the AMQP specification's names ("message-id", ...) to values, `properties` are the sender's own,
        `device` goes into the annotations unless it is empty.
        """
        event = stored(
            body,
            device=device,
            system=system,
            properties=properties,
            annotations=annotations,
            sequence=self.next_sequence,
            offset=self._offset_at(self._offset),
            enqueued=max(now_ms, self.newest.enqueued) if self.newest else now_ms,
        )
        self._kept.append(event)
        self._last = event
        self.next_sequence += 1
        self._offset += len(event.message)  # offsets of Event Hubs are places in a log, and so grow unevenly
        self._bytes += len(event.message)
        self._forget()
        for subscriber in tuple(self._subscribers):
            try:
                subscriber()
            except Exception:  # a broken reader must not keep a device from sending
                log.exception("a subscriber of partition %s failed and is dropped", self.id)
                self.unsubscribe(subscriber)
        return event

    @property
    def newest(self) -> StoredEvent | None:
        """The event that came last, also where it is kept no longer. None where none ever came."""
        return self.events[-1] if self.events else self._last

    @property
    def place(self) -> LogPlace:
        """Where the partition goes on."""
        last = self.newest
        return LogPlace(self.next_sequence, self._offset, *((last.offset, last.enqueued) if last else ()))

    def emptied(self) -> Partition:
        """A partition of the same id and limits that begins anew, with no event and at the first number."""
        made = Partition(self.id, self._limits)
        made.segment = self.segment
        return made

    def place_of(self, offset: str) -> int:
        """Where an offset of this partition is in its log. Raises ValueError for an offset of another form."""
        segment, colon, place = offset.rpartition(":")
        if offset != EARLIEST and bool(colon) != (self.segment is not None):
            raise ValueError(f"The supplied offset '{offset}' is invalid.")
        return int(place) if int(segment or 0) <= (self.segment or 0) else sys.maxsize

    def _offset_at(self, place: int) -> str:
        return str(place) if self.segment is None else f"{self.segment}:{place}"

    def expire(self, before_ms: int) -> None:
        """Forget the events that are older. The sequence numbers and offsets go on."""
        self._drop(bisect_left(self._kept, before_ms, key=lambda event: event.enqueued))

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback()` after each append."""
        self._subscribers.append(callback)

    def unsubscribe(self, callback: Callable[[], None]) -> None:
        """Stop calling `callback`; nothing happens where it is not known."""
        if callback in self._subscribers:
            self._subscribers.remove(callback)

    def index(self, sequence: int) -> int:
        """Where in `events` the first event stands whose sequence number is at least `sequence`."""
        if not self.events:
            return 0
        return min(max(sequence - self.events[0].sequence, 0), len(self.events))

    def _forget(self) -> None:
        # Many at once, because each `del` moves all that stays.
        kept = self._kept
        surplus = max(self._limits.events // 100, 1) if len(kept) > self._limits.events else 0
        excess = self._bytes - self._limits.bytes
        dropped = 0
        while dropped < len(kept) - 1 and (dropped < surplus or excess > 0):
            excess -= len(kept[dropped].message)
            dropped += 1
        self._drop(dropped)

    def _drop(self, count: int) -> None:
        if count:
            self._bytes -= sum(len(event.message) for event in self._kept[:count])
            del self._kept[:count]
            self.events = self._kept  # of what came before these nothing is left


def _typed(system: Mapping[str, Any]) -> dict[str, Any]:
    """The properties with the types that AMQP 1.0, 3.2.4 asks for where a device sends text: user-id is binary."""
    user = system.get("user-id")
    return {**system, "user-id": user.encode()} if isinstance(user, str) else dict(system)
