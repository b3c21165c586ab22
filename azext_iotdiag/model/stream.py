"""The state of a stream and of its partitions, as a reader sees them: facts for checks, and what a summary counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum

from azext_iotdiag.model.event import Event
from azext_iotdiag.model.failure import Failure


class PartitionState(Enum):
    """What reading a partition comes to."""

    OPENING = "opening"
    IDLE = "idle"  # open, and nothing has come
    RECEIVING = "receiving"
    DENIED = "denied"
    CONFLICT = "conflict"
    MISSING = "missing"
    UNREACHABLE = "unreachable"
    STALLED = "stalled"  # open, and what the service has enqueued meanwhile does not come


READABLE = frozenset({PartitionState.IDLE, PartitionState.RECEIVING})


@dataclass(frozen=True)
class Newest:
    """What the service says is the newest message of a partition: `sequence` is -1 where there was never any.

    `enqueued` is in milliseconds since 1970 UTC. `offset` is the message's place, an opaque text. `empty` says that the
    partition holds no message now: there was never any, or the retention of all has passed.
    """

    sequence: int
    enqueued: int
    offset: str = ""
    empty: bool = False


@dataclass
class Partition:
    """One partition. `id` may say whose it is, before a slash, where several hubs are read.

    `place` is the last message that was read, or what the service named as its newest when the reading began.
    `resume` is the time from which a partition is read whose numbers have begun again, in milliseconds since 1970.
    `dropped` counts messages that were known already, or older than asked for. `latest` is the latest time of a message
    that came before `place`, where the service's times have gone back meanwhile.

    `newest` is what the service said when it was asked last; None until it has answered.
    """

    id: str
    state: PartitionState = PartitionState.OPENING
    received: int = 0
    place: Event | Newest | None = None
    resume: int | None = None
    dropped: int = 0
    latest: int = 0
    opened: bool = False
    failure: Failure | None = None
    newest: Newest | None = None

    @property
    def name(self) -> str:
        """What its own hub calls it."""
        return self.id.rpartition("/")[2]

    @property
    def sequence(self) -> int | None:
        """The number of the last message that is known; the next one to read has a higher one."""
        return None if self.place is None else self.place.sequence

    def knows(self, sequence: int, enqueued: int) -> bool:
        """Whether a message with this number and time was read, or lies before the place where the reading began.

        Within a partition, numbers and times grow together. A lower number with a later time is no message that is
        known: the numbers have begun again, as after a failover.
        """
        place = self.place
        return place is not None and 0 <= sequence <= place.sequence and enqueued <= max(place.enqueued, self.latest)

    def take(self, event: Event, since: int) -> bool:
        """Note that an event came. False, and counted, where it is known already or older than `since` (ms since 1970).

        An event without a number is never taken as known.
        """
        if 0 < event.enqueued < since or self.knows(event.sequence, event.enqueued):
            self.dropped += 1
            return False
        place = self.place
        if event.sequence >= 0:
            if place is not None and event.enqueued < place.enqueued:
                self.latest = max(self.latest, place.enqueued)
            self.place = event
        return True

    def begin_again(self) -> None:
        """Forget number and offset, which another place gives anew, and keep the time from which to read."""
        if self.place is not None:
            self.resume = max(self.place.enqueued, 0)
        self.place = self.newest = None
        self.latest = 0


@dataclass(frozen=True)
class PartitionEnd:
    """A partition as its reader left it; the fields are those of `Partition`."""

    id: str
    state: PartitionState = PartitionState.OPENING
    received: int = 0
    sequence: int | None = None
    dropped: int = 0
    opened: bool = False
    failure: Failure | None = None
    newest: Newest | None = None


class _Told:
    """What a stream's partitions tell together, while they are read and at the end."""

    partitions: Mapping[str, Partition] | Mapping[str, PartitionEnd]
    failure: Failure | None
    left: int
    awaited: int

    @property
    def opened(self) -> bool:
        """Whether any partition could ever be read."""
        return any(partition.opened for partition in self.partitions.values())

    @property
    def settled(self) -> bool:
        """Whether each partition was opened or has failed, so that none is still on its way."""
        parts = self.partitions.values()
        known = bool(self.partitions) and not self.awaited
        return known and all(each.opened or each.failure is not None for each in parts)

    @property
    def dropped(self) -> int:
        """How many messages came again, or were older than asked for, and were not handed on."""
        return sum(partition.dropped for partition in self.partitions.values())

    def lost(self) -> frozenset[str]:
        """The partitions that cannot be read any more, while others can."""
        gone = frozenset(partition.id for partition in self.partitions.values() if partition.failure is not None)
        return gone if self.failure is None and len(gone) < len(self.partitions) else frozenset()

    @property
    def received(self) -> int:
        """How many messages were read, before any filter."""
        return sum(partition.received for partition in self.partitions.values()) - self.left

    @property
    def newest(self) -> Partition | PartitionEnd | None:
        """The partition that holds the newest message by what the service says; None where it names none."""
        known = [each for each in self.partitions.values() if each.newest is not None and each.newest.sequence >= 0]
        return max(known, key=lambda each: each.newest.enqueued if each.newest else 0, default=None)

    @property
    def empty(self) -> bool:
        """Whether the service says of every partition that it never held a message."""
        return bool(self.partitions) and all(
            each.newest is not None and each.newest.sequence < 0 for each in self.partitions.values()
        )


@dataclass
class Stream(_Told):
    """A stream as its reader sees it. The reader writes it while it runs; everybody else only reads.

    `failure` says why reading ended, where it did. `interruptions` are the failures after which it went on.
    `elsewhere` is how many partitions belong to other shares, and are not read here.
    """

    host: str
    entity: str = ""
    consumer_group: str = ""
    partitions: dict[str, Partition] = field(default_factory=dict)
    failure: Failure | None = None
    interruptions: list[Failure] = field(default_factory=list)
    left: int = 0  # messages that were on their way to the caller when the iteration ended
    elsewhere: int = 0
    awaited: int = 0  # hubs whose partitions are not known yet

    def at_end(self) -> StreamEnd:
        """The state as a fact, which changes no more."""
        return StreamEnd(
            self.host,
            self.entity,
            self.consumer_group,
            {name: frozen(partition) for name, partition in self.partitions.items()},
            self.failure,
            tuple(self.interruptions),
            self.left,
            self.elsewhere,
            self.awaited,
        )


@dataclass(frozen=True)
class StreamEnd(_Told):
    """A stream as its reader left it; the fields are those of `Stream`."""

    host: str
    entity: str = ""
    consumer_group: str = ""
    partitions: Mapping[str, PartitionEnd] = field(default_factory=dict)
    failure: Failure | None = None
    interruptions: tuple[Failure, ...] = ()
    left: int = 0
    elsewhere: int = 0
    awaited: int = 0


def frozen(partition: Partition) -> PartitionEnd:
    """A partition as it is now."""
    return PartitionEnd(**{each.name: getattr(partition, each.name) for each in fields(PartitionEnd)})


@dataclass(frozen=True)
class StreamRequest:
    """What was asked of a stream and what was shown of it: `count` messages (None: any), `seconds` passed.

    `device` is the id that was asked for, which may hold wildcards. `since` is where reading began, None with new
    messages, and `ended` when it ended; both in milliseconds since 1970 UTC.
    """

    shown: int
    seconds: float
    count: int | None = None
    device: str = ""
    since: int | None = None
    ended: int = 0

    @property
    def exact_device(self) -> str:
        """The id of the one device that was asked for, empty where it may be several."""
        return "" if set(self.device) & set("*?") else self.device
