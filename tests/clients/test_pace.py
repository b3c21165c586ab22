"""No more requests in a minute than are allowed, and none lost."""

from __future__ import annotations

from azext_iotdiag.clients import deadlines as clocks
from azext_iotdiag.clients.pace import Pace


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_any_minute_has_so_many() -> None:
    clock, said = Clock(), []
    pace = Pace(18, said=said.append, clock=clocks.Clock(monotonic=clock, sleep=clock.sleep))
    times = []
    for _ in range(100):
        pace.wait()
        times.append(clock.now)
        clock.now += 0.5
    assert pace.calls == 100
    assert all(later - earlier >= 60 for earlier, later in zip(times, times[18:]))
    assert times[17] - times[0] == 17 * 0.5  # the first ones at once
    assert clock.now - 1000 < pace.seconds_for(100) + 60
    assert len(said) == len([seconds for seconds in clock.slept if seconds > 5]) == 5


def test_an_estimate() -> None:
    pace = Pace(18)
    assert [pace.seconds_for(calls) for calls in (0, 1, 18, 19, 101)] == [0, 0, 0, 60, 300]


def test_a_refusal_makes_it_wait_a_minute() -> None:
    clock = Clock()
    pace = Pace(18, clock=clocks.Clock(monotonic=clock, sleep=clock.sleep))
    pace.refused()
    assert clock.slept == [60.0]
