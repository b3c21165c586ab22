"""Finds the lines of a large log in which something may stand, block by block, without a look at the others.

Many lines of a log differ only in their numbers. So a block is rewritten with one sign for all digits, and each
form of a line is judged once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_HEX = b"0123456789abcdefABCDEF"
_CAPITALS = bytes(range(ord("G"), ord("Z") + 1))
_FORM = bytes.maketrans(_HEX + _CAPITALS, b"0" * len(_HEX) + _CAPITALS.lower())
_MOST_FORMS = 100_000  # that are remembered
_LONGEST = 2_048  # bytes of a form that is remembered


def pattern(keys: Iterable[str], others: Iterable[bytes] = ()) -> re.Pattern[bytes]:
    """What finds one of the keys in a form, or one of the other patterns, which are those of forms."""
    forms = {key.encode().translate(_FORM) for key in keys if key.isascii()}
    shortest: list[bytes] = []
    for form in sorted(forms, key=len):  # what holds a shorter one needs no search of its own
        if not any(short in form for short in shortest):
            shortest.append(form)
    return re.compile(b"|".join((*map(re.escape, sorted(shortest)), *others)))


class Sieve:
    """Tells which lines of a block hold what a pattern finds in their forms."""

    def __init__(self, holds: re.Pattern[bytes]):
        self._search = holds.search
        self._empty: set[bytes] = set()
        self._full: set[bytes] = set()

    def lines(self, block: bytes) -> list[int]:
        """The numbers of the lines that may say something, from 0 on."""
        forms = block.translate(_FORM).split(b"\n")
        for form in set(forms) - self._empty - self._full:
            if len(form) <= _LONGEST:
                (self._full if self._search(form) else self._empty).add(form)
        long = len(block) // _LONGEST and max(map(len, forms)) > _LONGEST
        full = self._full
        if not long and full.isdisjoint(forms):
            return []
        found = [
            number for number, form in enumerate(forms)
            if form in full or (len(form) > _LONGEST and self._search(form))
        ]  # fmt: skip
        if len(self._empty) + len(self._full) > _MOST_FORMS:
            self._empty.clear()
            self._full.clear()
        return found
