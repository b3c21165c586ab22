"""What was asked of a session: what a validator makes of the options of a command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from azext_iotdiag.model.position import Position
from azext_iotdiag.model.share import WHOLE, Share
from azext_iotdiag.streams.filters import MessageFilters

if TYPE_CHECKING:  # what it takes to judge is imported where something is judged
    from azext_iotdiag.streams.validation import Judge, Rules


@dataclass(frozen=True)
class SessionLimits:
    """What ends a stream: so many messages, so many seconds in all, so many seconds without one; None for no limit."""

    count: int | None = None
    duration: float | None = None
    idle: float | None = None


@dataclass(frozen=True)
class MessagesAsked:
    """Which messages are read, how, and until when.

    `device_query` picks devices, beside the filters. `since` is the time to begin with, in milliseconds since 1970,
    None for new messages. `reader` and `transport` are those of `clients.eventhub.open`. `expect_every` is the
    heartbeat that devices are expected to keep, in seconds. `share` is the part of the partitions that is read.
    `position` is where an earlier run ended, and `save_position` the file in which this one keeps how far it has read.
    """

    filters: MessageFilters = field(default_factory=MessageFilters)
    device_query: str | None = None
    consumer_group: str = "$Default"
    since: int | None = None
    reader: str = "wire"
    transport: str = "amqp"
    limits: SessionLimits = field(default_factory=SessionLimits)
    expect_every: float | None = None
    share: Share = WHOLE
    position: Position | None = None
    save_position: str | None = None


@dataclass(frozen=True)
class MonitorOptions:
    """The options of `monitor events`: which messages, which of their properties are shown, and what bodies hold."""

    asked: MessagesAsked
    properties: frozenset[str] | None = None
    content_type: str | None = None


@dataclass(frozen=True)
class WatchOptions:
    """The options of `monitor properties`: the device, and what ends it."""

    device: str
    limits: SessionLimits


@dataclass(frozen=True)
class ValidateOptions:
    """The options of `validate`: what is judged, by what, and where the results go beside stdout.

    One of these is judged: recorded `files`, in so many `processes`; the messages that are `asked` for; the properties
    of a device. `judge` is what the rules alone make. `form_only` tells that nothing says what is right in a message,
    and `waits` that what comes later is judged, too.
    """

    rules: Rules
    judge: Judge
    junit: str | None = None
    files: tuple[str, ...] = ()
    processes: int = 1
    asked: MessagesAsked | None = None
    watched: WatchOptions | None = None
    form_only: bool = False
    waits: bool = True

    @property
    def device(self) -> str:
        """The id of the one device that is judged, empty where it may be several."""
        if self.watched is not None:
            return self.watched.device
        return self.asked.filters.exact_device if self.asked is not None else ""
