"""The state of a stream and of its partitions, as a reader sees them: facts for checks, and what a summary counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

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

    `enqueued` is in milliseconds since 1970 UTC.
    """

    sequence: int
    enqueued: int


@dataclass
class Partition:
    """One partition. `sequence` is the number of the last message that was read, or the one to read on after.

    `newest` is what the service said when it was asked last; None until it has answered.
    """

    id: str
    state: PartitionState = PartitionState.OPENING
    received: int = 0
    sequence: int | None = None
    opened: bool = False
    failure: Failure | None = None
    newest: Newest | None = None


@dataclass
class Stream:
    """A stream as its reader sees it. The reader writes it while it runs; everybody else only reads.

    `failure` says why reading ended, where it did. `interruptions` are the failures after which it went on.
    """

    host: str
    entity: str = ""
    consumer_group: str = ""
    partitions: dict[str, Partition] = field(default_factory=dict)
    failure: Failure | None = None
    interruptions: list[Failure] = field(default_factory=list)

    @property
    def opened(self) -> bool:
        """Whether any partition could ever be read."""
        return any(partition.opened for partition in self.partitions.values())

    @property
    def received(self) -> int:
        """How many messages were read, before any filter."""
        return sum(partition.received for partition in self.partitions.values())


@dataclass(frozen=True)
class Request:
    """What was asked of a stream and what was shown of it: `count` messages (None: any), `seconds` passed."""

    shown: int
    seconds: float
    count: int | None = None
