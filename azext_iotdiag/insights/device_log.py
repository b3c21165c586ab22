"""The codes in the log of a device, with their last line and its time. What is held does not grow with the log."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from azext_iotdiag.insights import codes
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.device_says import SaidCode
from azext_iotdiag.model.finding import Entry

LASTING_MS = 15 * 60_000  # a client that could not get over an error has tried again by then
LASTING_LINES = 200  # the same where the lines tell no time
MOST_NAMES = 5  # of one code
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(?:(Z|UTC\b)|([+-])(\d\d):?(\d\d)(?!\d))?"
)
_TIME_WITHIN = 64  # characters from the beginning of a line


def read(lines: Iterable[str], first: int = 1, context: str = "") -> tuple[tuple[SaidCode, ...], int]:
    """The codes of a log, most recent first, and the number of its last line. `first` is that of its first line."""
    found: dict[str, SaidCode] = {}
    known: dict[tuple[str, str], tuple[Entry, ...]] = {}
    number, clock = first - 1, _Clock()
    reached: dict[str, int | None] = {}  # the time of each code's last line, with a zone or without
    for number, line in enumerate(lines, first):
        clock.see(line)
        for hit in codes.find(line, context):
            key = (hit.name.lower(), hit.context)
            if key not in known:
                known[key] = lookup.find(hit.name, hit.context) or lookup.find(hit.name)
            for entry in known[key]:
                found[entry.code] = _again(found.get(entry.code), entry.code, hit.name, number, clock.exact)
                reached[entry.code] = clock.told
    told = sorted(found.values(), key=lambda each: -each.line)
    return tuple(replace(each, lasting=clock.lasts(reached[each.code], each.line, number)) for each in told), number


class _Clock:
    """The time of the last line that told one. `exact` is None where that line named no zone."""

    def __init__(self) -> None:
        self.told: int | None = None
        self.exact: int | None = None

    def see(self, line: str) -> None:
        match = _TIME.search(line, 0, _TIME_WITHIN)
        moment = _moment(match) if match else None
        if match and moment is not None:
            self.told, self.exact = moment, moment if match[8] or match[9] else None

    def lasts(self, at: int | None, line: int, last: int) -> bool:
        """Whether the log ends soon after a line."""
        if at is not None and self.told is not None:
            return self.told - at <= LASTING_MS
        return last - line <= LASTING_LINES


def _again(so_far: SaidCode | None, code: str, name: str, line: int, at: int | None) -> SaidCode:
    """The code after one more line with it."""
    if so_far is None:
        return SaidCode(code, (name,), 1, line, at)
    names = so_far.names if name in so_far.names or len(so_far.names) >= MOST_NAMES else (*so_far.names, name)
    return replace(so_far, names=names, times=so_far.times + (line != so_far.line), line=line, at=at)


def _moment(match: re.Match[str]) -> int | None:
    """The time of a line in milliseconds since 1970, without a zone as if it were UTC; None for no time."""
    year, month, day, hour, minute, second = (int(match[part]) for part in range(1, 7))
    try:
        told = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
        if match[9]:
            away = timedelta(hours=int(match[10]), minutes=int(match[11]))
            told += -away if match[9] == "+" else away
    except (ValueError, OverflowError):
        return None
    return int(told.timestamp()) * 1000 + int((match[7] or "0")[:3].ljust(3, "0"))
