"""What a group of devices shares, and whether that differs from the rest of the fleet by more than chance."""

from __future__ import annotations

import math
from dataclasses import dataclass

SHARED = 0.5  # of the group: what fewer devices have is not shared
TELLING = 0.2  # a smaller difference between two shares is not worth a look
UNLIKELY = 0.01  # how often chance alone may bring such a share, over all comparisons together


@dataclass(frozen=True)
class Share:
    """A value that `times` of `of` devices of a group have, and `others` of the `rest` devices that are not in it.

    `others` is None where the rest was not counted.
    """

    name: str
    value: str
    times: int
    of: int
    others: int | None = None
    rest: int = 0

    @property
    def part(self) -> float:
        """The share in the group, from 0 to 1."""
        return self.times / self.of if self.of else 0.0

    @property
    def part_of_rest(self) -> float:
        """The share among all other devices."""
        return self.others / self.rest if self.others and self.rest else 0.0


def chance(share: Share) -> float:
    """How likely it is that a group of this size, drawn by lot from the whole fleet, has the value so often or more.

    This is the upper tail of the hypergeometric distribution (Fisher's exact test, one side). 1.0 where the rest was
    not counted, or is empty: then nothing can differ.
    """
    if share.others is None or share.rest <= 0 or share.of <= 0:
        return 1.0
    fleet, having = share.of + share.rest, share.times + share.others
    least, most = max(share.times, share.of - (fleet - having)), min(share.of, having)
    whole = _ways(fleet, share.of)
    total = 0.0
    for times in range(least, most + 1):
        term = math.exp(_ways(having, times) + _ways(fleet - having, share.of - times) - whole)
        total += term
        if term < total * 1e-12:  # what follows is smaller still
            break
    return min(total, 1.0)


def telling(shares: list[Share]) -> list[Share]:
    """The shares that differ from the rest of the fleet by more than chance, the most different first.

    A share counts where half of the group has the value, the difference is over 20 points, and chance alone brings it
    in less than 1 of 100 groups. That limit is divided by the number of comparisons, because many of them find
    something by chance.
    """
    compared = [each for each in shares if each.others is not None]
    found = [
        each
        for each in compared
        if each.part >= SHARED and each.part - each.part_of_rest > TELLING and chance(each) * len(compared) < UNLIKELY
    ]
    return sorted(found, key=lambda each: each.part_of_rest - each.part)


def common_time(times: list[int], within_ms: int, devices: int) -> tuple[int, int, int] | None:
    """The shortest span of at most `within_ms` that holds most of these times, and how many.

    None where it holds the times of less than half of so many `devices`. Times are in milliseconds. Returns the first
    and the last time of the span, and the number of times in it.
    """
    ordered = sorted(times)
    best = (0, 0, 0)
    begin = 0
    for end, at in enumerate(ordered):
        while at - ordered[begin] > within_ms:
            begin += 1
        count = end - begin + 1
        span = at - ordered[begin]
        if count > best[2] or (count == best[2] and span < best[1] - best[0]):
            best = (ordered[begin], at, count)
    return None if best[2] < max(2, devices * SHARED) else best


def _ways(of: int, chosen: int) -> float:
    """The logarithm of the number of ways to choose some of many."""
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)
