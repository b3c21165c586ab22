"""What the sending of a cloud-to-device message tells while it goes on, and what it ends in."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.cloud_message import CloudMessage
from azext_iotdiag.model.verdict import Diagnosis


@dataclass(frozen=True)
class Sending:
    """The message is about to be sent."""

    message: CloudMessage


@dataclass(frozen=True)
class Waiting:
    """The hub has the message. Its feedback is waited for, for so many seconds at most."""

    message: CloudMessage
    seconds: float


@dataclass(frozen=True)
class GaveBack:
    """Feedback of other senders came, and was given back to the hub."""

    records: int


@dataclass(frozen=True)
class MessageSent:
    """The end: the message, and the diagnosis of what became of it."""

    message: CloudMessage
    found: Diagnosis

    @property
    def exit_code(self) -> int:
        """The exit code of the verdict."""
        return self.found.verdict.exit_code


Event = Sending | Waiting | GaveBack | MessageSent
