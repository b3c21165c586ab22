"""The steps between a source of messages and the screen: each takes an iterator and gives one.

A source yields None where nothing came for a moment, so that a step with a clock can end a silent stream.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, TypeVar

from azext_iotdiag.clients.deadlines import usual
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.event import Event

T = TypeVar("T")


class Limit:
    """Ends a stream after so many messages, so many seconds in all, or so many seconds without a message.

    None stands for no such limit. `end` tells afterwards which it was, and `seconds` how long it took. The source is
    closed however the iteration ends.
    """

    def __init__(
        self,
        *,
        count: int | None = None,
        duration: float | None = None,
        idle: float | None = None,
        clock: Callable[[], float] | None = None,
    ):
        self.end = End.SOURCE
        self.passed = 0
        self.seconds = 0.0
        self._count = count
        self._duration = duration
        self._idle = idle
        self._clock = clock or usual().session_clock

    def __call__(self, events: Iterable[T | None]) -> Iterator[T | None]:
        clock, most, idle = self._clock, _or_never(self._count), _or_never(self._idle)
        started = last = now = clock()
        ends = started + _or_never(self._duration)
        timed = ends < math.inf or idle < math.inf
        try:
            for event in events:
                if timed:
                    now = clock()
                if event is not None:
                    last = now
                    self.passed += 1
                yield event
                if self.passed >= most:
                    self.end = End.COUNT
                elif now >= ends:
                    self.end = End.DURATION
                elif now - last >= idle:
                    self.end = End.IDLE
                else:
                    continue
                return
        finally:
            self.seconds = self._clock() - started
            _close(events)


def _or_never(limit: float | None) -> float:
    return math.inf if limit is None else limit


def where(
    events: Iterable[Event | None],
    test: Callable[[Event], Any],
    hidden: Callable[[Event], None] = lambda event: None,
) -> Iterator[Event | None]:
    """Only the events that pass the test. For a hidden one None goes on, so that clocks further on still run.

    `hidden` is called with each that does not pass.
    """
    try:
        for event in events:
            if event is None or test(event):
                yield event
            else:
                hidden(event)
                yield None
    finally:
        _close(events)


def _close(events: Iterable[Any]) -> None:
    """Close a source that can be closed, as a generator can; a list of recorded messages cannot."""
    if isinstance(events, Generator):
        events.close()
