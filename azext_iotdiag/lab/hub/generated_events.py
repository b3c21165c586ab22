"""Events by the million that are not stored: a partition makes each of them when a reader asks for it.

They are those of the hub's devices in turns, a thousand a second up to the moment when the lab started. Event number n
is device n % D's, its body says `"number": n`, and it reads the same each time.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from azext_iotdiag.lab.hub.event_log import OF_A_HUB, LogLimits, Partition, StoredEvent, stored

FIRST_OFFSET = 10**12  # offsets of as many digits each, as those of a hub that has run for long
STRIDE = 1024  # from one offset to the next

SYSTEM = {"content-type": "application/json", "content-encoding": "utf-8"}
PROPERTIES = {"flood": "true"}
BODY = b'{"number": %-10d, "temperature": %4.1f, "humidity": %4.1f}'  # white space keeps the length the same

# What stands in a message's place of the numbers, while it is encoded once; it stands nowhere else in there.
_MARK = 0x7E5C3A1B_7E5C3A1B
_MARK_OFFSET = "7530862419753"
_long = struct.Struct(">q").pack

Annotations = Callable[[int], Mapping[str, Any]]  # those of one device, when the hub took its message in at a time


class Sender:
    """A device that takes part: what it sends, without the numbers in it."""

    def __init__(self, number: int, device: str, annotations: Annotations):
        """`number` says which in the order of all devices this one is."""
        self.number = number
        message = stored(
            b"", device=device, system=SYSTEM, properties=PROPERTIES, annotations=annotations(_MARK), sequence=_MARK,
            offset=_MARK_OFFSET, enqueued=_MARK,
        ).message  # fmt: skip
        size = len(body_of(0))
        head = message[: -len(b"\x00\x53\x75\xa0\x00")] + b"\x00\x53\x75\xa0" + bytes((size,))
        begin, offset, end = head.partition(_MARK_OFFSET.encode())
        assert offset
        self._received, self._sequence, self._offset = begin.split(_long(_MARK))
        self._enqueued, self._body = end.split(_long(_MARK))

    def message(self, number: int, sequence: int, offset: int, enqueued: int) -> bytes:
        """The encoded message with this number."""
        time = _long(enqueued)
        return b"".join((
            self._received, time, self._sequence, _long(sequence), self._offset, b"%d" % offset, self._enqueued, time,
            self._body, body_of(number),
        ))  # fmt: skip


def body_of(number: int) -> bytes:
    """The body of the event with this number."""
    return BODY % (number, 20 + number % 100 / 10, 40 + number % 300 / 10)


class Flood(Sequence[StoredEvent]):
    """The made-up events of one partition, and behind them those that it keeps."""

    def __init__(self, senders: Sequence[Sender], total: int, device_count: int, now_ms: int, kept: list[StoredEvent]):
        self._senders = senders
        self._device_count = device_count
        self._first_ms = now_ms - total
        self._kept = kept
        rounds, rest = divmod(total, device_count)
        self.made = rounds * len(senders) + sum(sender.number < rest for sender in senders)

    def __len__(self) -> int:
        return self.made + len(self._kept)

    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return [self[index] for index in range(*at.indices(len(self)))]
        index = at + len(self) if at < 0 else at
        if index >= self.made:
            return self._kept[index - self.made]
        if index < 0:
            raise IndexError(at)
        turn, which = divmod(index, len(self._senders))
        sender = self._senders[which]
        number = turn * self._device_count + sender.number
        offset, enqueued = FIRST_OFFSET + index * STRIDE, self._first_ms + number
        return StoredEvent(index, str(offset), enqueued, sender.message(number, index, offset, enqueued))


class FloodedPartition(Partition):
    """A partition that begins with made-up events. What devices send comes behind them, and is kept as ever.

    Should more of that come than is kept, the made-up events are the oldest, and go first. They have no age: as long as
    they are there, nothing behind them is forgotten for its age.
    """

    def __init__(
        self, partition_id: str, senders: Sequence[Sender], total: int, device_count: int, now_ms: int,
        limits: LogLimits = OF_A_HUB,
    ):  # fmt: skip
        """`total` is the number of events in all partitions, `device_count` that of all devices."""
        super().__init__(partition_id, limits)
        flood = Flood(senders, total, device_count, now_ms, self._kept)
        self.events = flood
        self.next_sequence = flood.made
        self._offset = FIRST_OFFSET + flood.made * STRIDE

    def expire(self, before_ms: int) -> None:
        """Forget the events that are older, once the made-up ones are gone."""
        if self.events is self._kept:
            super().expire(before_ms)

    def index(self, sequence: int) -> int:
        """Where in `events` the first event stands whose sequence number is at least `sequence`."""
        if self.events is self._kept:
            return super().index(sequence)
        return min(max(sequence, 0), len(self.events))  # the same, without making the first of them each time
