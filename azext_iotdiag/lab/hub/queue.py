"""The messages that wait for a device; cloud_messages.py moves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class CloudMessage:
    """A message for a device. `system` goes by AMQP's names; times are in seconds since 1970.

    `lock` is the token of the client that has the message, empty while it waits; `deliveries` counts those it got.
    """

    body: bytes
    system: Mapping[str, Any]
    properties: Mapping[str, Any]
    ack: str
    enqueued: float
    expires: float
    sequence: int
    deliveries: int = 0
    lock: str = ""
    locked_until: float = 0.0

    @property
    def message_id(self) -> str:
        """What the sender calls it, empty if nothing."""
        return str(self.system.get("message-id", ""))


@dataclass(eq=False)
class Queue:
    """What waits for one device, oldest first, messages that are locked included. `timer` looks after it in time."""

    waiting: list[CloudMessage] = field(default_factory=list)
    sequence: int = 0
    timer: Any = None
