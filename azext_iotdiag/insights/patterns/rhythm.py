"""Whether something happens at a steady interval, though some of its rows are lost."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from azext_iotdiag.insights.patterns.life import SECOND

FEWEST = 4  # intervals that fit
MOST_LOST = 3  # so many intervals in a row may look like one
STEADY = 0.85  # of the intervals fit; a lost row makes one of two, which fits as well
TOLERANCE = 0.03  # of the period
_SAMPLES = 40  # intervals that are tried as the period


class Rhythm(NamedTuple):
    """`period` is in milliseconds; `times` of `of` intervals fit it."""

    period: float
    times: int
    of: int


def rhythm(moments: Sequence[int]) -> Rhythm | None:
    """The rhythm of moments in order, None where they have none."""
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    if len(gaps) < FEWEST:
        return None
    ordered = sorted(gaps)
    step = max(len(ordered) // _SAMPLES, 1)
    best: Rhythm | None = None
    for candidate in ordered[::step]:
        if candidate < SECOND:
            continue
        ranges = [_near(ordered, candidate, lost) for lost in range(1, MOST_LOST + 1)]
        single, times = ranges[0], sum(len(each) for each in ranges)
        if 2 * len(single) >= times and (best is None or times > best.times):
            best = Rhythm(float(median(ordered[single.start : single.stop])), times, len(gaps))
    return best if best is not None and best.times >= max(STEADY * best.of, FEWEST) else None


def steady(lengths: Sequence[int], part: float = 0.5, fewest: int = FEWEST) -> float | None:
    """The length that at least this part of them have, and at least `fewest`. None where there is none."""
    ordered, best, start = sorted(lengths), (0, 0), 0
    for end, each in enumerate(ordered):
        while each - ordered[start] > max(0.1 * each, 6 * SECOND):
            start += 1
        best = max(best, (end + 1 - start, start))
    times, begin = best
    return float(median(ordered[begin : begin + times])) if times >= max(part * len(lengths), fewest) else None


def _near(ordered: Sequence[int], period: float, lost: int) -> range:
    """Which of the sorted intervals are as long as so many periods. They overlap with no other number of periods."""
    most = max(TOLERANCE * period, min(3 * SECOND, period / 4)) * lost
    return range(bisect_left(ordered, lost * period - most), bisect_right(ordered, lost * period + most))
