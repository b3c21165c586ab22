"""A hub's metrics: events are counted by the minute, and of a state each change is kept.

https://learn.microsoft.com/azure/iot-hub/monitor-iot-hub-reference
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

MINUTE = 60
MOST_MINUTES = 24 * 60  # that are kept of a count
MOST_CHANGES = 100_000  # that are kept of a state


class Bucket(NamedTuple):
    """What a metric comes to in a stretch of time; None where nothing is known of it."""

    total: float | None = None
    average: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    count: float | None = None


class Metrics:
    """The metrics of one hub. Times are in seconds since 1970."""

    def __init__(self) -> None:
        self._counts: dict[str, defaultdict[int, float]] = {}
        self._states: dict[str, list[tuple[float, float]]] = {}

    def count(self, name: str, now: float, times: float = 1) -> None:
        """Something happened."""
        minutes = self._counts.setdefault(name, defaultdict(float))
        minutes[int(now // MINUTE)] += times
        while len(minutes) > MOST_MINUTES:
            del minutes[next(iter(minutes))]

    def note(self, name: str, now: float, value: float) -> None:
        """A state has this value from now on. Where the clock went back, what was noted later is forgotten."""
        changes = self._states.setdefault(name, [])
        while changes and changes[-1][0] > now:
            changes.pop()
        if not changes or changes[-1][1] != value:
            changes.append((now, value))
            del changes[:-MOST_CHANGES]

    def is_known(self, name: str) -> bool:
        """Whether anything was counted or noted under this name."""
        return name in self._counts or name in self._states

    def bucket(self, name: str, start: int, end: int) -> Bucket:
        """What a metric comes to from `start` to `end`, both the beginning of a minute."""
        if name in self._states:
            return self._state(self._states[name], start, end)
        minutes = self._counts.get(name, {})
        values = [minutes.get(minute, 0.0) for minute in range(start // MINUTE, end // MINUTE)]
        # The service registers the value 1 for each event, so that of the others only the total says anything.
        one = 1.0 if sum(values) else 0.0
        return Bucket(sum(values), one, one, one, sum(values))

    def _state(self, changes: list[tuple[float, float]], start: int, end: int) -> Bucket:
        before = [value for at, value in changes if at <= start]
        spans = [(at, value) for at, value in changes if start < at < end]
        if before:
            spans.insert(0, (float(start), before[-1]))
        if not spans:
            return Bucket()
        ends = [at for at, _ in spans[1:]] + [float(end)]
        lasted = [(until - at, value) for (at, value), until in zip(spans, ends)]
        whole = sum(seconds for seconds, _ in lasted)
        average = sum(seconds * value for seconds, value in lasted) / whole
        values = [value for _, value in spans]
        return Bucket(sum(values), average, min(values), max(values), float(len(values)))
