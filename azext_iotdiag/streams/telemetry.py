"""A watch on live telemetry: a reader, a filter and the limits, with an account of what went by."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.clients.eventhub import Reader
from azext_iotdiag.model.event import Event
from azext_iotdiag.streams.pipeline import Limit, device_matches, where


class Watch:
    """The messages that were asked for. Iterate it once; None means that nothing is left to show for the moment.

    `device` may hold wildcards. `count` messages, `duration` seconds in all and `idle` seconds without a message end
    it; None stands for no such limit. However the iteration ends, the reader is closed.
    """

    def __init__(
        self,
        reader: Reader,
        *,
        device: str | None = None,
        count: int | None = None,
        duration: float | None = None,
        idle: float | None = None,
    ):
        self.stream = reader.stream
        self._reader = reader
        self._device = device
        self._limit = Limit(count=count, duration=duration, idle=idle)

    def __iter__(self) -> Iterator[Event | None]:
        events: Iterator[Event | None] = iter(self._reader)
        try:
            yield from self._limit(where(events, device_matches(self._device)) if self._device else events)
        finally:
            self._reader.close()

    @property
    def shown(self) -> int:
        """How many messages passed the filter."""
        return self._limit.passed

    @property
    def end(self):
        """Why the iteration ended."""
        return self._limit.end
