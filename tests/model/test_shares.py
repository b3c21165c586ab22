"""Whether a share of a group differs from the rest of the fleet by more than chance."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest

from azext_iotdiag.model.shares import Share, chance, common_time, telling


def share(times: int, of: int, others: int | None, rest: int, name: str = "tag site") -> Share:
    return Share(name, "north", times, of, others, rest)


@pytest.mark.parametrize(
    ("times", "of", "others", "rest", "tells"),
    [
        (1000, 1000, 0, 99_000, True),  # all of them, and none of the rest
        (900, 1000, 9_900, 99_000, True),
        (1000, 1000, 99_000, 99_000, False),  # everybody has it
        (600, 1000, 49_500, 99_000, False),  # 60 % against 50 %: real, and too small to look at
        (490, 1000, 0, 99_000, False),  # less than half of the group
        (3, 3, 1, 3, False),  # chance alone brings it in 1 of 5
        (2, 2, 25, 98, False),  # two devices of a site that has a quarter of all
        (8, 8, 25, 92, True),  # eight of them are no chance
        (5, 5, 0, 5, True),
        (4, 4, 0, 4, False),  # 1 of 70
        (1000, 1000, None, 0, False),  # the rest was not counted
        (10, 10, 0, 0, False),  # there is no rest
        (0, 0, 0, 10, False),
        (100, 100, 20, 100, True),
        (45, 90, 27, 90, False),  # 50 % against 30 %: not over 20 points
    ],
)
def test_what_is_told(times: int, of: int, others: int | None, rest: int, *, tells: bool) -> None:
    assert bool(telling([share(times, of, others, rest)])) is tells


@pytest.mark.parametrize(("times", "of", "others", "rest"), [
    (3, 3, 1, 3), (4, 4, 0, 4), (2, 5, 3, 20), (7, 10, 5, 30), (0, 5, 5, 10), (5, 5, 10, 10), (30, 40, 50, 160),
])  # fmt: skip
def test_the_chance_is_that_of_drawing_by_lot(times: int, of: int, others: int, rest: int) -> None:
    """Counted in whole numbers: of all groups of this size, those with as many or more."""
    having, fleet = times + others, of + rest
    ways = sum(comb(having, each) * comb(fleet - having, of - each) for each in range(times, of + 1))
    assert chance(share(times, of, others, rest)) == pytest.approx(float(Fraction(ways, comb(fleet, of))), rel=1e-9)


def test_a_large_group_takes_no_long_time_and_gives_a_number() -> None:
    assert 0.0 <= chance(share(60_000, 100_000, 300_000, 900_000)) < 1e-300
    assert chance(share(30_000, 100_000, 300_000, 900_000)) == 1.0 or chance(
        share(30_000, 100_000, 300_000, 900_000)
    ) == pytest.approx(1.0, abs=1e-6)


def test_many_comparisons_find_more_by_chance_and_so_each_must_be_rarer() -> None:
    rare = share(5, 5, 0, 5)  # 1 of 252
    assert telling([rare])
    assert telling([rare, *(share(5, 5, 5, 5, f"t{number}") for number in range(5))]) == []
    assert telling([rare, *(share(5, 5, None, 0, f"t{number}") for number in range(5))]) == [rare]


def test_the_most_different_comes_first() -> None:
    less, most = share(80, 100, 100, 1000, "a"), share(100, 100, 0, 1000, "b")
    assert telling([less, most]) == [most, less]


@pytest.mark.parametrize(
    ("times", "span"),
    [
        ([], None),
        ([5], None),  # one device has no common time
        ([0, 10, 20], (0, 20, 3)),
        ([0, 10, 5000, 9000], (0, 10, 2)),  # half of them
        ([0, 10, 5000, 9000, 20000], None),
        ([7000, 0, 7100, 7050], (7000, 7100, 3)),
        ([0, 60, 500, 510], (500, 510, 2)),  # of equal counts the shortest
        ([3, 3, 3], (3, 3, 3)),
    ],
)
def test_a_common_time(times: list[int], span: tuple[int, int, int] | None) -> None:
    assert common_time(times, 100, len(times)) == span


def test_devices_without_a_time_have_none_in_common() -> None:
    assert common_time([0, 10], 100, 4) == (0, 10, 2)
    assert common_time([0, 10], 100, 5) is None
