"""A watch on live telemetry: a reader, a filter and the limits, with an account of what went by."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

from azext_iotdiag.clients.telemetry.contract import Reader
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.event import Event
from azext_iotdiag.streams.filters import Test
from azext_iotdiag.streams.pipeline import Limit, where

Step = Callable[[Iterator[Event | None]], Iterator[Event | None]]


class TelemetryWatch:
    """The messages that were asked for. Iterate it once; None means that nothing is left to show for the moment.

    Those that pass `test` are shown, all without it; `hidden` is called with each that does not. `count` messages,
    `duration` seconds in all and `idle` seconds without one that is shown end it; None stands for no such limit.
    `tap` is a step that every message goes through, whether shown or not. However the iteration ends, the reader is
    closed.
    """

    def __init__(
        self,
        reader: Reader,
        *,
        test: Test | None = None,
        hidden: Callable[[Event], None] = lambda event: None,
        tap: Step | None = None,
        count: int | None = None,
        duration: float | None = None,
        idle: float | None = None,
        clock: Callable[[], float] | None = None,
    ):
        self.stream = reader.stream
        self._reader = reader
        self._test = test
        self._hidden = hidden
        self._tap = tap
        self._limit = Limit(count=count, duration=duration, idle=idle, clock=clock)

    def __iter__(self) -> Generator[Event | None, None, None]:
        events: Iterator[Event | None] = iter(self._reader)
        if self._tap is not None:
            events = self._tap(events)
        try:
            yield from self._limit(where(events, self._test, self._hidden) if self._test is not None else events)
        finally:
            self._reader.close()

    @property
    def shown(self) -> int:
        """How many messages passed the filter."""
        return self._limit.passed

    @property
    def end(self) -> End:
        """Why the iteration ended."""
        return self._limit.end
