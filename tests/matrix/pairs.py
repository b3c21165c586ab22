"""Pairs of faults: the verdict names the one whose link comes first on the data's way, and the other beside it."""

from __future__ import annotations

from azext_iotdiag.model.check import Link
from tests.matrix import faults
from tests.matrix.accesses import Access
from tests.matrix.row import Row

# By the names of rows, in any order.
PAIRS = (
    ("disabled", "rhythm broken"),
    ("disabled", "quota used up"),
    ("all routed elsewhere", "quota used up"),
    ("fallback off, no route", "quota used up"),
    ("suspended", "fallback off, no route"),
    ("assigned to another hub", "disabled"),
    ("enrollment off", "hub takes no keys"),
    ("not enrolled", "quota used up"),
    ("assigning for an hour", "never came"),
    ("rhythm broken", "no fallback at all"),
    ("hub takes no keys", "never came"),
)


def rows() -> list[Row]:
    """A row for each pair, played with az's login and keys, which shows the most."""
    return [_both(*(_named(each) for each in pair)) for pair in PAIRS]


def later(row: Row) -> str:
    """The code of the fault that is not the verdict."""
    return row.truth


def _named(name: str) -> Row:
    return next(row for row in faults.ROWS if row.name == name)


def _both(one: Row, other: Row) -> Row:
    first, second = sorted((one, other), key=_place)
    code = second.says[Access.KEYS].partition(" ")[2]
    provoke = (*other.provoke, *one.provoke)
    return Row(f"{one.name}, and {other.name}", code, provoke, {Access.KEYS: first.says[Access.KEYS]})


def _place(row: Row) -> int:
    return Link(row.says[Access.KEYS].partition(" ")[0]).place
