"""Who sends into a stream besides those that were asked for: what a filter hid, by device and by filter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Seen:
    """Messages of one device: how many, and when the last was enqueued (ms since 1970 UTC)."""

    count: int
    enqueued: int


@dataclass(frozen=True)
class HiddenMessages:
    """The messages that filters hid.

    `by_filter` counts them by the option that hid each, the first that did. `devices` holds the other devices, those
    that a filter for devices hid; where there were more than it can hold, `complete` is false. `enqueued` is when the
    last of all was enqueued (ms since 1970 UTC, 0: none).
    """

    by_filter: Mapping[str, int] = field(default_factory=lambda: _NONE)
    devices: Mapping[str, Seen] = field(default_factory=lambda: _NONE)
    complete: bool = True
    enqueued: int = 0

    @property
    def hidden(self) -> int:
        """How many messages were hidden."""
        return sum(self.by_filter.values())
