"""Finds the lines of a large log in which something may stand, block by block, without a look at the others.

Lines of a log repeat each other but for their numbers. So a block is written anew with one sign for all digits, and
each form of a line is judged once. Where lines differ by more, such as by names, most of their words repeat: a form is
searched only where one of its words may be part of a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

_HEX = b"0123456789abcdefABCDEF"
_CAPITALS = bytes(range(ord("G"), ord("Z") + 1))
_FORM = bytes.maketrans(_HEX + _CAPITALS, b"0" * len(_HEX) + _CAPITALS.lower())
_MOST_FORMS = 100_000  # that are remembered, and as many words
_LONGEST = 2_048  # bytes of a form that is remembered
_FEW = 8  # forms that are searched at once


class Keys(NamedTuple):
    """`whole` finds what is looked for in a form. `words` finds what stands in one word of each such form."""

    whole: re.Pattern[bytes]
    words: re.Pattern[bytes]


def keys(literals: Iterable[str], others: Iterable[tuple[bytes, bytes]] = ()) -> Keys:
    """What finds one of the literals in a form, or one of the other patterns, which are those of forms.

    Args:
        literals: In lower case.
        others: Each with the pattern of a word that stands in all that it finds.
    """
    forms = {literal.encode().translate(_FORM) for literal in literals if literal.isascii()}
    others = tuple(others)
    return Keys(
        re.compile(b"|".join((_any_of(forms), *(pattern for pattern, _ in others)))),
        re.compile(b"|".join((*_words_of(forms), *dict.fromkeys(word for _, word in others)))),
    )


def _words_of(forms: Iterable[bytes]) -> Iterator[bytes]:
    """Patterns of the longest word of each form. At an end of the form, the word may be a part of a longer one."""
    by_place: dict[tuple[bool, bool], set[bytes]] = {}
    for form in forms:
        parts = form.split()
        ranked = ((len(part), 0 < number < len(parts) - 1, -number) for number, part in enumerate(parts))
        place = -max(ranked)[2]
        begins = place > 0 or form[:1].isspace()
        ends = place < len(parts) - 1 or form[-1:].isspace()
        by_place.setdefault((begins, ends), set()).add(parts[place])
    for (begins, ends), texts in by_place.items():
        written = b"|".join(map(re.escape, sorted(texts))) if ends else _any_of(texts)
        yield (rb"\A" if begins else b"") + b"(?:" + written + b")" + (rb"\Z" if ends else b"")


def _any_of(texts: Iterable[bytes]) -> bytes:
    """A pattern that finds one of the texts, in which those with the same beginning share it."""
    shortest: list[bytes] = []
    for text in sorted(set(texts), key=len):  # what holds a shorter one needs no search of its own
        if not any(short in text for short in shortest):
            shortest.append(text)
    tree: dict[int, Any] = {}
    for text in shortest:
        node = tree
        for byte in text:
            node = node.setdefault(byte, {})
    return _written(tree)


def _written(node: dict[int, Any]) -> bytes:
    parts = [re.escape(bytes((byte,))) + _written(below) for byte, below in sorted(node.items())]
    return parts[0] if len(parts) == 1 else b"(?:" + b"|".join(parts) + b")" if parts else b""


class Sieve:
    """Tells which lines of a block hold what the keys find in their forms."""

    def __init__(self, looked_for: Keys):
        self._search = looked_for.whole.search
        self._in_word = looked_for.words.search
        self._empty: set[bytes] = set()
        self._full: set[bytes] = set()
        self._plain: set[bytes] = set()  # words that are part of nothing
        self._parts: set[bytes] = set()

    def lines(self, block: bytes) -> list[int]:
        """The numbers of the lines that may say something, from 0 on."""
        forms = block.translate(_FORM).split(b"\n")
        self._judge([form for form in set(forms) - self._empty - self._full if len(form) <= _LONGEST])
        long = len(block) // _LONGEST and max(map(len, forms)) > _LONGEST
        full = self._full
        if not long and full.isdisjoint(forms):
            found = []
        else:
            found = [
                number for number, form in enumerate(forms)
                if form in full or (len(form) > _LONGEST and self._search(form))
            ]  # fmt: skip
        for first, second in ((self._empty, full), (self._plain, self._parts)):
            if len(first) + len(second) > _MOST_FORMS:
                first.clear()
                second.clear()
        return found

    def _judge(self, forms: list[bytes]) -> None:
        """Decide of forms that were not met before."""
        if len(forms) > _FEW:
            for word in set(b" ".join(forms).split()) - self._plain - self._parts:
                (self._parts if self._in_word(word) else self._plain).add(word)
            none = self._parts.isdisjoint
            hopeless = [form for form in forms if none(form.split())]
            self._empty.update(hopeless)
            forms = list(set(forms).difference(hopeless)) if hopeless else forms
        for form in forms:
            (self._full if self._search(form) else self._empty).add(form)
