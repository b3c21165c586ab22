"""Which name was meant: another case, a slip of the finger, other separators."""

from __future__ import annotations

from collections.abc import Container, Iterable

_SHORT = 4  # names up to this length may differ in one place, longer ones in two
_LONGEST = 64  # longer names are not compared
_COMPARED = 24  # names with the most letters in common that are compared letter by letter
_REMEMBERED = 4096  # strange names of which the near ones are kept: a device sends the same ones again


class Names:
    """Names that may have been meant, indexed once, so that a strange name is not compared with each of them.

    Names that differ in digits only (`temp1` and `temp2`) are not near: they mean different things on purpose.
    `most` is how many strange names are looked at. What a hint costs then has an end, whatever a device sends.
    """

    def __init__(self, names: Iterable[str], most: int | None = None):
        self._left = most
        self._plain: dict[str, list[str]] = {}
        self._alike: dict[
            tuple[str, int], list[tuple[int, int, str]]
        ] = {}  # by digits and length: letters, order, name
        self._near: dict[str, tuple[str, ...]] = {}
        for order, name in enumerate(names):
            self._plain.setdefault(_plain(name), []).append(name)
            if len(name) <= _LONGEST:
                lower = name.lower()
                self._alike.setdefault((_digits(name), len(name)), []).append((_letters(lower), order, name))

    def nearest(self, name: str, beside: Container[str] = ()) -> str:
        """The name that `name` is probably meant to be, "" where none is near. One of `beside` is not meant."""
        near = self._near.get(name)
        if near is None:
            if self._left is not None:
                if not self._left:
                    return ""
                self._left -= 1
            near = self._find(name)
            if len(self._near) >= _REMEMBERED:
                self._near.clear()
            self._near[name] = near
        for each in near:
            if each not in beside:
                return each
        return ""

    def _find(self, name: str) -> tuple[str, ...]:
        """All names that are near, the nearest first; what is written alike comes before all others."""
        if len(name) > _LONGEST:
            return ()
        plain = self._plain.get(_plain(name), [])
        lower, digits = name.lower(), _digits(name)
        letters = _letters(lower)
        most = 1 if len(name) <= _SHORT else 2
        alike = [
            (differing, order, each)
            for length in range(len(name) - most, len(name) + most + 1)
            for others, order, each in self._alike.get((digits, length), ())
            # A slip changes at most two of the letters that occur.
            if (differing := (letters ^ others).bit_count()) <= 2 * most
        ]
        found = []
        for _, order, each in sorted(alike)[:_COMPARED]:
            distance = _distance(lower, each.lower(), most)
            if distance <= most and distance < min(len(name), len(each)) / 2:
                found.append((distance, order, each))
        return (*plain, *(each for _, _, each in sorted(found) if each not in plain))


NO_NAMES = Names((), 0)


def nearest(name: str, known: Iterable[str]) -> str:
    """The name of `known` that `name` is probably meant to be, "" where none is near."""
    return Names(known).nearest(name)


def difference(name: str, near: str) -> str:
    """What the two names differ in, in words that end with a question or a statement."""
    if name.lower() == near.lower():
        return f"it differs from {near} in the case of letters"
    return f"is {near} meant?"


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


def _digits(name: str) -> str:
    return "".join(character for character in name if character.isdigit())


def _letters(name: str) -> int:
    """Which letters occur in a name, as bits."""
    found = 0
    for character in set(name):
        found |= 1 << (ord(character) & 63)
    return found


def _distance(one: str, other: str, most: int) -> int:
    """How many insertions, deletions, substitutions and exchanges of neighbours lie between; `most` + 1 for more."""
    one, other = _without_ends(one, other)
    if not one or not other or abs(len(one) - len(other)) > most:
        return min(len(one) + len(other), most + 1)
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, left in enumerate(one, start=1):
        current = [row]
        for column, right in enumerate(other, start=1):
            cost = min(above[column] + 1, current[-1] + 1, above[column - 1] + (left != right))
            if row > 1 and column > 1 and left == other[column - 2] and one[row - 2] == right:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > most:
            return most + 1
        before, above = above, current
    return above[-1]


def _without_ends(one: str, other: str) -> tuple[str, str]:
    """Two texts without what both begin with, and then without what both end with."""
    shorter = min(len(one), len(other))
    begin = 0
    while begin < shorter and one[begin] == other[begin]:
        begin += 1
    end = 0
    while end < shorter - begin and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[begin : len(one) - end], other[begin : len(other) - end]
