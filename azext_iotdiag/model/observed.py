"""What watching a device for a while showed, which no single look shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WatchAsked:
    """For how many seconds a device is watched. `waits` ends that at the first sign of it."""

    seconds: float
    waits: bool = False


@dataclass(frozen=True)
class Observed:
    """So many looks in so many seconds, of which `blind` showed nothing because the service did not answer.

    `left` counts how often the device was connected at one look and not at the next. `came` is when its newest message
    of that time was enqueued, and `heard` when the hub last heard of it in that time: milliseconds since 1970, None for
    neither. `waited` tells that a sign of the device was waited for.
    """

    device: str
    seconds: float
    looks: int = 0
    blind: int = 0
    left: int = 0
    came: int | None = None
    heard: int | None = None
    waited: bool = False
