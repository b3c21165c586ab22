"""Connections of one device that end too early: after an idle time, after an operation, or without a rhythm."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from azext_iotdiag.insights.patterns.life import MINUTE, SECOND, TAKEN_OVER, Life, LogEnd, share
from azext_iotdiag.insights.patterns.renewal import LOST
from azext_iotdiag.insights.patterns.rhythm import steady
from azext_iotdiag.insights.patterns.said import length, of_device
from azext_iotdiag.knowledge.patterns import CONNECTION_LOST_OFTEN, DROPPED_AFTER_OPERATION, IDLE_CUT
from azext_iotdiag.model.resource_log import Recognised, Row

_IDLE = (20 * SECOND, 50 * MINUTE)
_RIGHT_AFTER = 10 * SECOND
_FEWEST = 4
_HINT = 0.3  # of the ends look like another pattern: too many to say that nothing explains them
# What the hub allows at most, by the keep-alive that the client asked for.
# https://learn.microsoft.com/azure/iot/iot-mqtt-connect-to-iot-hub#default-keep-alive-time-out
_CAPS = (1767 * SECOND, 2700 * SECOND)


def idle(life: Life) -> Recognised | None:
    """The connection ends the same time after its last use."""
    ends = [end for end in life.ends if LOST in end.codes]
    if len(ends) < 0.6 * len(life.ends):
        return None
    usual = steady(_idle_times(life, ends))
    if usual is None or not _IDLE[0] <= usual <= _IDLE[1]:
        return None
    cap = any(abs(usual - each) <= 0.015 * each for each in _CAPS)
    why = " The hub itself ends connections after this time where the keep-alive is longer than 1177 s." if cap else ""
    return of_device(
        life,
        IDLE_CUT,
        f"{len(ends)} connections ended about {length(usual)} after their last use in the log.{why}",
        last=ends[-1].moment,
        ends=len(ends),
        idleSeconds=round(usual / 1000),
        asTheHubAllows=cap,
    )


def _idle_times(life: Life, ends: Sequence[LogEnd]) -> list[int]:
    """How long before each end the device used its connection. Without the connect in the log this is not known."""
    used = sorted({row.moment for row in (*life.connects, *life.operations)})
    return [end.moment - used[bisect_right(used, end.moment) - 1] for end in ends if end.begun is not None]


def after_operation(life: Life) -> Recognised | None:
    """Most connections end right after the same operation. What a newer connection ended has that for its reason."""
    ends = [end for end in life.ends if not end.codes & TAKEN_OVER]
    if len(ends) < _FEWEST or not life.operations:
        return None
    before = [row for end in ends if (row := _before(end, life.operations)) is not None]
    if len(before) < 0.5 * len(ends):
        return None
    (operation, code), times = Counter((_named(row), row.shape.code) for row in before).most_common(1)[0]
    if times < 0.8 * len(before):
        return None
    refused = f", which the hub refused with {code}" if code else ""
    return of_device(
        life,
        DROPPED_AFTER_OPERATION,
        f"{times} of {len(ends)} connections ended within 10 s after {operation}{refused}.",
        last=ends[-1].moment,
        ends=len(ends),
        afterIt=times,
        operation=operation,
        code=code or None,
    )


def lost_often(life: Life) -> Recognised | None:
    """Four losses or more, without any sign of what else accounts for them."""
    lost = [end for end in life.ends if LOST in end.codes]
    if len(lost) < _FEWEST or len(lost) < 0.5 * len(life.ends):
        return None
    after_use = share(_before(end, life.operations) is not None for end in lost)
    other_codes = share(bool(end.codes - {LOST}) for end in life.ends)
    idle_times = _idle_times(life, lost)  # where few are known, an idle time may hide
    if (
        after_use > _HINT
        or other_codes > _HINT
        or 2 * len(idle_times) < len(lost)
        or steady(idle_times, _HINT, 2) is not None
    ):
        return None
    gaps = sorted(later.moment - earlier.moment for earlier, later in pairwise(lost))
    back = share(end.at_once for end in lost)
    return of_device(
        life,
        CONNECTION_LOST_OFTEN,
        f"The hub lost the device {len(lost)} times, from {length(gaps[0])} to {length(gaps[-1])} apart; it was back "
        f"within a minute {back:.0%} of the times.",
        last=lost[-1].moment,
        losses=len(lost),
        shortestGapSeconds=round(gaps[0] / 1000),
        longestGapSeconds=round(gaps[-1] / 1000),
        backAtOnce=round(back, 2),
    )


def _before(end: LogEnd, operations: Sequence[Row]) -> Row | None:
    """The operation right before an end."""
    at = bisect_right(operations, end.moment, key=lambda row: row.moment)
    return operations[at - 1] if at and end.moment - operations[at - 1].moment <= _RIGHT_AFTER else None


def _named(row: Row) -> str:
    return f"{row.shape.category} {row.shape.operation}"
