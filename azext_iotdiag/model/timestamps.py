"""Points in time as people read them: when, and how long ago. No clock is read."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_STEPS = ((60.0, 1.0, "s"), (3600.0, 60.0, "min"), (86_400.0, 3600.0, "h"), (float("inf"), 86_400.0, "days"))


def written(moment: int) -> str:
    """A time in milliseconds since 1970 as ISO 8601 in UTC, to the second."""
    try:
        return (_EPOCH + timedelta(milliseconds=moment)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:  # not between the years 1 and 9999
        return f"{moment} ms after 1970"


def ago(moment: int, now: int) -> str:
    """How long before `now` a time lies, both in milliseconds since 1970: "3 min ago", in the unit that fits."""
    seconds = (now - moment) / 1000
    if seconds < 0:
        # Two clocks never agree to the second; more than that is worth to be seen.
        return "just now" if seconds > -5 else f"{-seconds:.0f} s ahead of this machine's clock"
    if seconds < 1:
        return "just now"
    return f"{length(seconds)} ago"


def length(seconds: float) -> str:
    """A span of time of a second or more, in the unit that fits: "3 min"."""
    size, unit = next((size, unit) for below, size, unit in _STEPS if seconds < below)
    count = int(seconds / size)
    return f"{count} {'day' if unit == 'days' and count == 1 else unit}"


def time_and_age(moment: int, now: int) -> str:
    """Both: "2026-11-20T10:00:00Z, 3 min ago"."""
    return f"{written(moment)}, {ago(moment, now)}"
