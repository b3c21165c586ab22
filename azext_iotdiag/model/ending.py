"""Why a long-running command ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class End(Enum):
    """Why a stream ended."""

    COUNT = "count"
    DURATION = "duration"
    IDLE = "idle"
    INTERRUPTED = "interrupted"
    PIPE_CLOSED = "pipe-closed"
    SOURCE = "source"
    UNKNOWN = "device-unknown"  # the service does not know the device that is waited for

    @property
    def early(self) -> bool:
        """Whether a person ended it, who then asks for no more."""
        return self in (End.INTERRUPTED, End.PIPE_CLOSED)


@dataclass(frozen=True)
class SessionEnd:
    """Why a session ended, and whether it had done enough until then.

    A recorded file is done with its last message. A live stream, which has no such end, is begun with its first look.
    """

    why: End
    enough: bool = True
