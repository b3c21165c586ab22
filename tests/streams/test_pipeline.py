"""The steps between a source of messages and the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from azext_iotdiag.model.ending import End
from azext_iotdiag.model.event import Event
from azext_iotdiag.streams.pipeline import Limit, where


def is_a(found: Event) -> bool:
    return found.device == "a"


def event(device: str = "d", sequence: int = 0) -> Event:
    return Event("Telemetry", device, "", "", "0", sequence, "0", 0, {}, {}, {}, b"")


def test_where_hides_and_keeps_the_clock_running() -> None:
    a, b = event("a"), event("b")
    assert list(where([a, None, b, a], is_a)) == [a, None, None, a]


class Clock:
    """Time that passes when a source lets it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Source:
    """Gives what it is told: E an event, . nothing; each after a second. It knows whether it was closed."""

    def __init__(self, script: str, clock: Clock):
        self.closed = False
        self.given = 0
        self.events = self._run(script, clock)

    def _run(self, script: str, clock: Clock) -> Iterator[Event | None]:
        try:
            for letter in script:
                clock.now += 1
                self.given += 1
                yield event() if letter == "E" else None
        finally:
            self.closed = True


def watched(script: str, **limits) -> tuple[str, End, int, Source]:
    clock = Clock()
    source = Source(script, clock)
    limit = Limit(**limits, clock=clock)
    came = "".join("." if given is None else "E" for given in limit(source.events))
    return came, limit.end, limit.passed, source


@pytest.mark.parametrize(("script", "limits", "came", "end"), [
    ("E.E.", {}, "E.E.", End.SOURCE),
    ("", {"count": 1}, "", End.SOURCE),
    ("E.EEE", {"count": 2}, "E.E", End.COUNT),
    ("EE", {"count": 2}, "EE", End.COUNT),
    ("....", {"count": 1}, "....", End.SOURCE),
    ("EEEEEE", {"duration": 3}, "EEE", End.DURATION),
    ("......", {"duration": 3}, "...", End.DURATION),
    ("......", {"idle": 4}, "....", End.IDLE),
    ("..E.......", {"idle": 4}, "..E....", End.IDLE),
    ("...E...E...E", {"idle": 4}, "...E...E...E", End.SOURCE),
    ("EEEEEE", {"count": 3, "duration": 3, "idle": 1}, "EEE", End.COUNT),
    ("......", {"duration": 2, "idle": 2}, "..", End.DURATION),
    ("......", {"count": 1, "duration": 5, "idle": 2}, "..", End.IDLE),
])  # fmt: skip
def test_limits(script: str, limits, came: str, end: End) -> None:
    shown, ended, passed, source = watched(script, **limits)
    assert (shown, ended, passed) == (came, end, came.count("E"))
    assert source.closed
    assert source.given == len(came)  # a stream that has ended is not waited for again


def test_closing_the_last_step_closes_the_source() -> None:
    clock = Clock()
    source = Source("EEEE", clock)
    limit = Limit(clock=clock)
    chain = limit(where(source.events, lambda _event: True))
    next(chain)
    assert not source.closed
    chain.close()
    assert source.closed
    assert (limit.end, limit.passed) == (End.SOURCE, 1)


def test_an_error_downstream_closes_the_source() -> None:
    source = Source("EEEE", Clock())

    def broken(_event: Event) -> bool:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        list(Limit()(where(source.events, broken)))
    assert source.closed


def test_a_list_is_a_source_too() -> None:
    assert list(Limit(count=1)(where([event(), event()], lambda found: found.device == "d"))) == [event()]
