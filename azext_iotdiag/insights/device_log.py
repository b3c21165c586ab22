"""The codes in the log of a device, with their last line and its time, and which of them the others followed from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from azext_iotdiag.insights import clocks
from azext_iotdiag.insights.reading import LogReading
from azext_iotdiag.insights.signs import Sign
from azext_iotdiag.model.device_says import SaidCode
from azext_iotdiag.model.story import Story

LASTING_MS = 15 * 60_000  # a client that could not get over an error has tried again by then
LASTING_LINES = 200  # the same where the lines tell no time
MOST_NAMES = 5  # of one code
SKEW = "clock-skew"


def read(blocks: Iterable[bytes], context: str = "") -> tuple[tuple[SaidCode, ...], int]:
    """The codes of a log, most recent first, and how many lines it has."""
    reading = LogReading(context)
    for block in blocks:
        reading.add(block)
    story = reading.story()
    found: dict[str, SaidCode] = {}
    reached: dict[str, int | None] = {}  # the time of each code's last line, with a zone or without
    for sign in reading.counted():
        for code in sign.codes:
            if code in story.roles:
                moment, exact = clocks.time_of_line(sign.clock)
                found[code] = _again(found.get(code), code, sign, moment if exact else None)
                reached[code] = moment
    end, _ = clocks.time_of_line(reading.last_line())
    codes = [_judged(each, story, reached[each.code], end) for each in found.values()]
    if story.skew is not None and SKEW not in found:
        codes.append(SaidCode(SKEW, (_ahead(story.skew),), 1, story.lines, root=False))
    return tuple(sorted(codes, key=lambda each: -each.line)), story.lines


def _again(so_far: SaidCode | None, code: str, sign: Sign, at: int | None) -> SaidCode:
    """The code after one more line with it."""
    if so_far is None:
        return SaidCode(code, sign.names[:MOST_NAMES], 1, sign.line, at)
    names = tuple(dict.fromkeys((*so_far.names, *sign.names)))[:MOST_NAMES]
    return replace(so_far, names=names, times=so_far.times + 1, line=sign.line, at=at)


def _judged(each: SaidCode, story: Story, at: int | None, end: int | None) -> SaidCode:
    """The code with whether the log ends soon after it, and whether others followed from it."""
    role = story.roles[each.code]
    by_time = at is not None and end is not None
    lasts = (end or 0) - (at or 0) <= LASTING_MS if by_time else story.lines - each.line <= LASTING_LINES
    over = story.root is not None and role in ("root", "recovered") and bool(story.root.healed)
    return replace(each, lasting=lasts and not over, root=role == "root")


def _ahead(skew: int) -> str:
    return f"the device's clock is {abs(skew) // 1000} s {'ahead of' if skew > 0 else 'behind'} the service's"
