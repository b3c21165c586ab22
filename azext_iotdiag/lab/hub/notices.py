"""What a hub has to tell its service: the fate of messages to devices, and files that devices have put up.

Both wait in queues of their own, with the lock, the life and the number of deliveries that are set on the hub.
https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-c2d#message-feedback
https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-file-upload#service-file-upload-notifications
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from azext_iotdiag.lab.hub.dates import written

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.identities import Device

BATCH_MOST = 64  # records of feedback that leave together at once
BATCH_SECONDS = 15.0  # since the last batch left, after which fewer do
KEPT_MOST = 10_000  # records that wait for a reader; the oldest go then, so that memory is bounded


class Terms(NamedTuple):
    """How a queue treats its records: the seconds of a lock and of a life, and the most deliveries."""

    lock_seconds: float = 60.0
    life_seconds: float = 3600.0
    most_deliveries: int = 10


@dataclass(eq=False)
class Notice:
    """A record that waits, since when (in seconds since 1970), and how often it was delivered."""

    record: dict[str, Any]
    born: float
    deliveries: int = 0


@dataclass(eq=False)
class Batch:
    """Records that left together. The reader that got them holds the lock until `until`."""

    notices: list[Notice]
    until: float

    @property
    def records(self) -> list[dict[str, Any]]:
        """What is told."""
        return [notice.record for notice in self.notices]


@dataclass(eq=False)
class Notices:
    """Records that wait, oldest first, and the readers to be told when there are some.

    Up to `most` leave together; fewer only when `seconds` have passed since the last ones left.
    """

    most: int = 1
    seconds: float = 0.0
    waiting: deque[Notice] = field(default_factory=lambda: deque(maxlen=KEPT_MOST))
    out: list[Batch] = field(default_factory=list)
    readers: list[Callable[[], None]] = field(default_factory=list)
    last_left: float = float("-inf")  # when a batch left, in seconds since 1970

    @property
    def records(self) -> list[dict[str, Any]]:
        """What waits."""
        return [notice.record for notice in self.waiting]

    def add(self, record: dict[str, Any], now: float) -> None:
        """Let a record wait."""
        self.waiting.append(Notice(record, now))
        for reader in tuple(self.readers):
            reader()

    def due(self, now: float) -> float:
        """In how many seconds something may leave, or comes back from a reader that kept it for too long."""
        if self.waiting:
            return 0.0 if len(self.waiting) >= self.most else max(self.last_left + self.seconds - now, 0.0)
        return max(min((batch.until for batch in self.out), default=float("inf")) - now, 0.0)

    def take(self, now: float, terms: Terms) -> Batch | None:
        """The next batch, None where none may leave yet."""
        for batch in [each for each in self.out if each.until <= now]:
            self.give_back(batch, terms)
        while self.waiting and self.waiting[0].born + terms.life_seconds <= now:
            self.waiting.popleft()
        if not self.waiting or self.due(now) > 0:
            return None
        self.last_left = now
        taken = [self.waiting.popleft() for _ in range(min(self.most, len(self.waiting)))]
        for notice in taken:
            notice.deliveries += 1
        batch = Batch(taken, now + terms.lock_seconds)
        self.out.append(batch)
        return batch

    def accept(self, batch: Batch) -> None:
        """Forget a batch that its reader has accepted or rejected. One whose lock has ended is not its own any more."""
        if batch in self.out:
            self.out.remove(batch)

    def give_back(self, batch: Batch, terms: Terms) -> None:
        """Put back a batch that a reader did not settle, without what was delivered often enough."""
        if batch in self.out:
            self.out.remove(batch)
            kept = [notice for notice in batch.notices if notice.deliveries < terms.most_deliveries]
            self.waiting.extendleft(reversed(kept))


def feedback() -> Notices:
    """The queue of what became of messages to devices."""
    return Notices(BATCH_MOST, BATCH_SECONDS)


def fate(device: Device, message_id: str, code: str, now: float) -> dict[str, str]:
    """The record of what became of a message."""
    return {
        "originalMessageId": message_id,
        "enqueuedTimeUtc": written(now),
        "statusCode": code,
        "description": code,
        "deviceId": device.device_id,
        "deviceGenerationId": device.generation_id,
    }


def body_of(batch: Batch) -> bytes:
    """A batch of feedback as the body of the message that carries it."""
    return json.dumps(batch.records).encode()


def body_of_one(batch: Batch) -> bytes:
    """The one record of a batch as the body of the message that carries it."""
    return json.dumps(batch.records[0]).encode()
