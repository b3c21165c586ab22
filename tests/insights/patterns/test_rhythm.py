"""A rhythm is four intervals that fit or more, also where rows are lost, and no chance."""

from __future__ import annotations

from itertools import accumulate

import pytest

from azext_iotdiag.insights.patterns.rhythm import Rhythm, rhythm, steady

HOUR = 3_600_000


def after(*gaps: float) -> list[int]:
    return [*accumulate((round(each) for each in gaps), initial=0)]


@pytest.mark.parametrize(("gaps", "found"), [
    ([HOUR] * 4, Rhythm(HOUR, 4, 4)),
    ([HOUR] * 3, None),
    ([999] * 9, None),
    ([1000] * 9, Rhythm(1000.0, 9, 9)),
    ([HOUR, HOUR, HOUR, 2 * HOUR, 3 * HOUR], Rhythm(HOUR, 5, 5)),
    ([HOUR, HOUR, HOUR, HOUR, 4 * HOUR], None),  # a gap of four is not counted, and 4 of 5 are too few
    ([HOUR, 2 * HOUR, 2 * HOUR, 3 * HOUR], None),  # most intervals are no single ones
    ([HOUR, HOUR, 2 * HOUR, 2 * HOUR], Rhythm(HOUR, 4, 4)),
    ([HOUR, HOUR, HOUR, HOUR, 2 * HOUR + 200_000], Rhythm(HOUR, 5, 5)),  # twice as much is allowed for two
    ([HOUR, HOUR, HOUR, HOUR, 2 * HOUR + 220_000], None),
    ([HOUR] * 17 + [HOUR / 2] * 3, Rhythm(HOUR, 17, 20)),
    ([HOUR] * 16 + [HOUR / 2] * 3, None),
    ([HOUR, HOUR, HOUR, HOUR, 1.03 * HOUR], Rhythm(HOUR, 5, 5)),
    ([HOUR, HOUR, HOUR, 0.96 * HOUR, 1.07 * HOUR], None),
    # Three seconds are allowed for short periods, but no more than a quarter.
    ([20_000, 20_000, 20_000, 17_000, 23_000], Rhythm(20_000.0, 5, 5)),
    ([20_000, 20_000, 20_000, 16_999, 16_998], None),
    ([4_000, 4_000, 4_000, 3_000, 5_000], Rhythm(4_000.0, 5, 5)),
    ([4_000, 4_000, 4_000, 4_000, 2_900, 5_100], None),
])  # fmt: skip
def test_a_rhythm(gaps: list[float], found: Rhythm | None) -> None:
    assert rhythm(after(*gaps)) == found


def test_of_many_intervals_some_are_tried() -> None:
    gaps = [HOUR + number for number in range(200)]
    found = rhythm(after(*gaps))
    assert found is not None and (found.times, found.of) == (200, 200)


@pytest.mark.parametrize(("lengths", "part", "fewest", "found"), [
    ([], 0.5, 1, None),
    ([60_000] * 4, 0.5, 4, 60_000.0),
    ([60_000] * 3, 0.5, 4, None),
    ([60_000] * 4 + [1] * 4, 0.5, 4, 60_000.0),
    ([60_000] * 4 + [10_000] * 5, 0.5, 4, 10_000.0),
    ([60_000, 60_000, 54_000, 66_000], 0.75, 2, 60_000.0),
    ([600_000, 630_000, 660_000], 1.0, 3, 630_000.0),  # a tenth apart
    ([600_000, 630_000, 670_000], 1.0, 3, None),
    ([10_000, 13_000, 16_000], 1.0, 3, 13_000.0),  # six seconds apart
    ([10_000, 13_000, 16_001], 1.0, 3, None),
    ([10_000, 90_000, 91_000], 0.6, 2, 90_500.0),
])  # fmt: skip
def test_a_steady_length(lengths: list[int], part: float, fewest: int, found: float | None) -> None:
    assert steady(lengths, part, fewest) == found
