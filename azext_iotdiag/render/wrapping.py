"""Logical lines broken at a terminal's width. Continuation lines hang below the text that follows the line's lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import combining, east_asian_width

NARROWEST = 40  # columns; a terminal with fewer breaks the lines itself
# What stands in front of the text: blanks, marks, arrows, numbers of a list, and labels before a command.
LEAD = re.compile(r"\s*(?:(?:[√×!?·→+*x-]|->|\d{1,3}\.|Next:|More:)\s+)*")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_GAP = re.compile(r"\S(\s{2,})(?=\S)")  # between the columns of a row
# Commands are copied from the screen, so what stands between backticks is one word as long as it fits into a line.
_WORD = re.compile(r"(\s*)((?:`[^`]*`|\S)+)")


def wrapped(line: str, width: int) -> list[str]:
    """The line, broken between words so that no part has more than `width` columns where a word allows it.

    A word is never broken, not even at a hyphen. A command between backticks is broken between its words only where it
    has more columns than a line.
    """
    width = max(width, NARROWEST)
    if columns(line) <= width:
        return [line]
    hanging = _hanging(line, width)
    made, current, used = [], "", 0
    for gap, word in _words(line, width - hanging):
        needed = columns(gap) + columns(word)
        if current.strip() and used + needed > width:
            made.append(current)
            current, used = " " * hanging + word, hanging + columns(word)
        else:
            current, used = current + gap + word, used + needed
    return [*made, current]


def columns(text: str) -> int:
    """How many columns of a terminal a text takes. Colours take none."""
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    if text.isascii():
        return len(text)
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def _hanging(line: str, width: int) -> int:
    """Where continuation lines begin: behind the lead, or below the last column that begins in the left half."""
    lead = LEAD.match(line)
    begins = [lead.end() if lead else 0]
    begins += [columns(line[: gap.end()]) for gap in _GAP.finditer(line)]
    return max((each for each in begins if each <= width // 2), default=0)


def _words(line: str, room: int) -> Iterator[tuple[str, str]]:
    """Each word with the blanks before it. A command that has no room in a line of its own is several words."""
    for found in _WORD.finditer(line):
        gap, word = found.groups()
        if columns(word) <= room:
            yield gap, word
            continue
        for part in re.finditer(r"(\s*)(\S+)", gap + word):
            yield part[1], part[2]
