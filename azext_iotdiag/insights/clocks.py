"""Times in a device's log: those that its logger writes, and those that a service wrote into the same line."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

ALLOWED_MS = 5 * 60_000  # a service takes tokens that are that far off
# What stands in a line with a service's time, in lower case.
MARKS = ("timestamputc", "-timestamp:", '"date": "')
_TIME = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(?:(Z|UTC\b)|([+-])(\d\d):?(\d\d)(?!\d))?"
)
_WITHIN = 96  # characters from the beginning of a line; a journal writes its own time first
_SERVICE = re.compile(
    r"timestampUtc\W{1,8}(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)|-TimeStamp:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)|"
    r"\"date\": \"\w{3}, (\d\d \w{3} \d{4} \d\d:\d\d:\d\d) GMT",
    re.I,
)


def told(line: str) -> tuple[int | None, bool]:
    """The time of a line in milliseconds since 1970, as if it were UTC where it names no zone, and whether it does."""
    match = _TIME.search(line, 0, _WITHIN)
    moment = _moment(match) if match else None
    return moment, bool(match and moment is not None and (match[8] or match[9]))


def skew(line: str) -> int | None:
    """How far the device's clock is ahead of the service's, in milliseconds; None where a line tells not both."""
    service = _SERVICE.search(line)
    if service is None:
        return None
    own, exact = told(line[: service.start()])
    written = service[1] or service[2] or service[3]
    form = "%d %b %Y %H:%M:%S" if service[3] else "%Y-%m-%dT%H:%M:%S"
    try:
        there = int(datetime.strptime(written, form).replace(tzinfo=timezone.utc).timestamp()) * 1000
    except (ValueError, OverflowError):
        return None
    return own - there if own is not None and exact else None


def _moment(match: re.Match[str]) -> int | None:
    year, month, day, hour, minute, second = (int(match[part]) for part in range(1, 7))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
        if match[9]:
            away = timedelta(hours=int(match[10]), minutes=int(match[11]))
            moment += -away if match[9] == "+" else away
    except (ValueError, OverflowError):
        return None
    return int(moment.timestamp()) * 1000 + int((match[7] or "0")[:3].ljust(3, "0"))
