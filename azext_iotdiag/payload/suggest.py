"""Which name was meant: another case, a slip of the finger, other separators."""

from __future__ import annotations

from collections.abc import Iterable

_SHORT = 4  # names up to this length may differ in one place, longer ones in two
_LONGEST = 64  # beyond this nobody mistypes, and comparing gets slow


def nearest(name: str, known: Iterable[str]) -> str:
    """The name of `known` that `name` is probably meant to be, "" where none is near.

    Names that differ in digits only (`temp1` and `temp2`) are not near: they mean different things on purpose.
    """
    best, distance = "", 3
    plain = _plain(name)
    if len(name) > _LONGEST:
        return ""
    most = 1 if len(name) <= _SHORT else 2
    for each in known:
        if _plain(each) == plain:
            return each
        if abs(len(each) - len(name)) > most or len(each) > _LONGEST or _digits(each) != _digits(name):
            continue
        found = _distance(name.lower(), each.lower(), most)
        if found <= most and found < distance and found < min(len(name), len(each)) / 2:
            best, distance = each, found
    return best


def difference(name: str, near: str) -> str:
    """What the two names differ in, in words that end with a question or a statement."""
    if name.lower() == near.lower():
        return f"it differs from {near} in the case of letters"
    return f"is {near} meant?"


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


def _digits(name: str) -> str:
    return "".join(character for character in name if character.isdigit())


def _distance(one: str, other: str, most: int) -> int:
    """How many insertions, deletions, substitutions and exchanges of neighbours lie between; `most` + 1 for more."""
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
