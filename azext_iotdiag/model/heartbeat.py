"""Devices that were expected to send at least every so often, and where they did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Lapse(NamedTuple):
    """A time in which a device should have sent and did not, in milliseconds since 1970 UTC as the hub counts them.

    `last` is when its last message before was received, None where none was seen. `back` is when the next one was,
    None where none has come since.
    """

    device: str
    last: int | None
    back: int | None = None


@dataclass(frozen=True)
class Beats:
    """What watching the beat came to: `interval` in seconds, how many devices were `watched`, and, for each that missed
    a beat, the last time it did.
    """

    interval: float
    watched: int
    missed: tuple[Lapse, ...] = ()
