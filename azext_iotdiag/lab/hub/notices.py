"""What became of messages to devices, collected for those of the service who asked to hear of it.

https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-c2d#message-feedback
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from azext_iotdiag.lab.hub.dates import written

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.identities import Device

BATCH_MOST = 64  # records that leave together at once
BATCH_SECONDS = 15.0  # since the last batch left, after which fewer do
KEPT_MOST = 10_000  # records while nobody reads them; a lab's memory ends somewhere


@dataclass(eq=False)
class Feedback:
    """The records that wait, oldest first, and those who are to be told when there are some."""

    records: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=KEPT_MOST))
    readers: list[Callable[[], None]] = field(default_factory=list)
    last_left: float = 0.0  # when a batch left, in seconds since 1970

    def add(self, device: Device, message_id: str, fate: str, now: float) -> None:
        """Note the fate of a message."""
        self.records.append(
            {
                "originalMessageId": message_id,
                "enqueuedTimeUtc": written(now),
                "statusCode": fate,
                "description": fate,
                "deviceId": device.device_id,
                "deviceGenerationId": device.generation_id,
            }
        )
        for reader in tuple(self.readers):
            reader()

    def due(self, now: float) -> float:
        """In how many seconds the next batch may leave."""
        return 0.0 if len(self.records) >= BATCH_MOST else max(self.last_left + BATCH_SECONDS - now, 0.0)

    def take(self, now: float) -> list[dict[str, str]]:
        """The next batch, empty where none may leave yet."""
        if not self.records or self.due(now) > 0:
            return []
        self.last_left = now
        return [self.records.popleft() for _ in range(min(BATCH_MOST, len(self.records)))]

    def give_back(self, batch: list[dict[str, str]]) -> None:
        """Put back a batch that a reader did not accept."""
        self.records.extendleft(reversed(batch))


def body_of(batch: list[dict[str, str]]) -> bytes:
    """A batch as the body of the message that carries it."""
    return json.dumps(batch).encode()
