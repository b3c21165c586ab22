"""Times in a device's log: those that its logger writes, and those that a service or a time server wrote into it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

ALLOWED_MS = 5 * 60_000  # a service takes tokens that are that far off
# A line that names no zone may be of any: https://en.wikipedia.org/wiki/List_of_UTC_offsets
_ZONES_MS = 14 * 3_600_000
# What stands in a line with a service's time, in lower case.
MARKS = ("timestamputc", "-timestamp:", "datetimeutc", " gmt", "epoch time is", "sntp time update")
_TIME = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(?:(Z|UTC\b)|([+-])(\d\d):?(\d\d)(?!\d))?"
)
_ASCTIME = re.compile(r"\b[A-Z][a-z]{2} ([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})\b")
_WITHIN = 96  # characters from the beginning of a line; a journal writes its own time first
# The time at which a service answered.
_ANSWERED = re.compile(
    r"timestampUtc\W{1,8}(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)|-TimeStamp:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)|"
    r"\bdate[\"']?\s?[:=]\s?[\"']?\w{3}, (\d\d \w{3} \d{4} \d\d:\d\d:\d\d) GMT",
    re.I,
)
# A time in the past: a registration may be years old, but none was made in the future.
_PAST = re.compile(r"(?:created|lastUpdated)DateTimeUtc\W{1,8}(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)", re.I)
_TIME_SERVER = re.compile(
    r"\bepoch time is:? ?(1\d{9})\b|sntp time update: (\w{3} \d{1,2}, \d{4} \d{1,2}:\d{1,2}:\d{1,2})(?:\.\d+)? UTC",
    re.I,
)
_CONNECTS = re.compile(r"connack|not accepted|connection refused|not authori[sz]ed|handshake", re.I)
_FORMS = ("%Y-%m-%dT%H:%M:%S", "%d %b %Y %H:%M:%S", "%b %d, %Y %H:%M:%S", "%b %d %H:%M:%S %Y")


def time_of_line(line: str) -> tuple[int | None, bool]:
    """The time of a line in milliseconds since 1970, as if it were UTC where it names no zone, and whether it does."""
    match = _TIME.search(line, 0, _WITHIN)
    if match is None:
        written = _ASCTIME.search(line, 0, _WITHIN)
        return (_read(written[1]), False) if written else (None, False)
    moment = _moment(match)
    return moment, bool(moment is not None and (match[8] or match[9]))


class LogClock:
    """Compares the clock of a device's logger with the times of others in its log.

    `skew` says by how many milliseconds the device is ahead, by the last line that tells; None where none does.
    """

    def __init__(self) -> None:
        self.skew: int | None = None
        self._set_at: int | None = None  # the time that the device had from a time server

    def read(self, line: str) -> None:
        """Take in one more line."""
        if answer := _ANSWERED.search(line):
            self._compare(line[: answer.start()], next(filter(None, answer.groups())), past=False)
        elif past := _PAST.search(line):
            self._compare(line[: past.start()], max(_PAST.findall(line)), past=True)
        elif server := _TIME_SERVER.search(line):
            self._set_at = int(server[1]) * 1000 if server[1] else _read(server[2])
        elif self._set_at is not None and _CONNECTS.search(line):
            self._judge(line, self._set_at, past=True)

    def _compare(self, before: str, written: str, *, past: bool) -> None:
        there = _read(written)
        if there is not None:
            self._judge(before, there, past=past)

    def _judge(self, line: str, there: int, *, past: bool) -> None:
        """Hold the time of a line against another. That of the `past` shows no more than that a clock is behind."""
        own, exact = time_of_line(line)
        if own is None:
            return
        ahead = own - there
        if not exact:  # the zone that fits best
            ahead = 0 if abs(ahead) <= _ZONES_MS else ahead
        self.skew = min(ahead, 0) if past else ahead


def _read(written: str) -> int | None:
    for form in _FORMS:
        try:
            return int(datetime.strptime(written, form).replace(tzinfo=timezone.utc).timestamp()) * 1000
        except (ValueError, OverflowError):
            continue
    return None


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
