"""Which threshold to propose for an alert, and how often it would have fired on the values that are known."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Sequence

from azext_iotdiag.model.alert import Proposal, Tried

WINDOW_MINUTES = 5  # each value is of so many minutes, as the rule's windows are
GOOD_TO_RESOLVE = 3  # evaluations after which a rule resolves, and can fire again
MOST_FIRINGS = 2  # of a threshold that is proposed: people stop reading alerts that fire more often
_OF_MEDIAN = (0.9, 0.8, 0.7, 0.5, 0.25)
_OF_QUOTA = (0.8, 0.9)
_OF_ERRORS = (0.5, 0.9, 1.0)  # quantiles of the windows that had errors

Known = Sequence[float | None]
Met = Callable[[float, float], bool]


def below(value: float, threshold: float) -> bool:
    """The condition LessThan."""
    return value < threshold


def above(value: float, threshold: float) -> bool:
    """The condition GreaterThan."""
    return value > threshold


def firings(values: Known, threshold: float, met: Met) -> int:
    """How often a rule would have fired: once for each time, until three windows in a row were good."""
    times, good = 0, GOOD_TO_RESOLVE
    for value in values:
        if value is None:
            continue  # the service evaluates nothing then
        if met(value, threshold):
            times += good >= GOOD_TO_RESOLVE
            good = 0
        else:
            good += 1
    return times


def for_devices(values: Known) -> Proposal | None:
    """A number of connected devices, below which to alert; None where less than one is connected as a rule."""
    known = [value for value in values if value is not None]
    usual = statistics.median(known) if known else 0
    if usual < 1:
        return None
    candidates = sorted({math.ceil(usual * part) for part in _OF_MEDIAN} | {1}, reverse=True)
    return _least(values, candidates, below)


def for_errors(values: Known) -> Proposal | None:
    """A number of errors in five minutes, above which to alert; none at all where that is seldom."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    wrong = [value for value in known if value > 0]
    more = {wrong[min(int(part * len(wrong)), len(wrong) - 1)] for part in _OF_ERRORS} if wrong else set()
    return _least(values, sorted({0.0} | more), above)


def for_quota(values: Known, most: int) -> Proposal | None:
    """A number of messages of the day, above which to alert."""
    if most <= 0:
        return None
    return _least(values, [float(math.floor(most * part)) for part in _OF_QUOTA], above)


def _least(values: Known, candidates: Iterable[float], met: Met) -> Proposal:
    """The first candidate that would have fired seldom; the candidates go from the strictest to the mildest."""
    tried = tuple(Tried(each, firings(values, each, met)) for each in candidates)
    chosen = next((each for each in tried if each.times <= MOST_FIRINGS), min(tried, key=lambda each: each.times))
    return Proposal(chosen.threshold, chosen.times, days(values), tried)


def days(values: Known) -> float:
    """For how many days values are known."""
    return sum(value is not None for value in values) * WINDOW_MINUTES / 1440
