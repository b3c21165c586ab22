"""Which ends a device's rows show: one for several rows about it, each with the connects around it."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights.patterns.life import LogEnd, share
from tests.insights.patterns.lives import lived


def end(seconds: float, codes: str = "", begun: float | None = None, back: float | None = None) -> LogEnd:
    return LogEnd(
        round(seconds * 1000),
        frozenset(codes.split()),
        None if begun is None else round(begun * 1000),
        None if back is None else round(back * 1000),
    )


@pytest.mark.parametrize(("rows", "ends"), [
    ("0 +", []),
    ("0 +, 60 -", [end(60, "", 0)]),
    ("0 +, 60 -, 65 -404104", [end(60, "404104", 0)]),
    ("0 +, 60 -, 65.001 -404104", [end(60, "", 0), end(65.001, "404104")]),
    ("0 +, 60 -401003, 62 -404104", [end(60, "401003 404104", 0)]),
    ("0 +, 60 -, 61 +, 62 -", [end(60, "", 0, 61), end(62, "", 61)]),
    ("0 +, 60 -, 62 +, 62 -", [end(60, "", 0, 62)]),
    ("0 +, 60 -, 60 +, 62 -", [end(60, "", 0, 60)]),
    ("0 +, 60 -, 62 +, 62 -400027", [end(60, "", 0, 62), end(62, "400027", None, 62)]),
    ("0 +, 60 -400027, 62 -400027", [end(60, "400027", 0)]),
    ("60 -, 90 +", [end(60, "", None, 90)]),
    ("0 +, 60 -, 120 -, 150 +", [end(60, "", 0), end(120, "", None, 150)]),
    ("0 +, 60 -, 90 +, 120 -, 150 +", [end(60, "", 0, 90), end(120, "", 90, 150)]),
], ids=lambda each: each if isinstance(each, str) else "")  # fmt: skip
def test_ends(rows: str, ends: list[LogEnd]) -> None:
    assert lived(rows).ends == ends


@pytest.mark.parametrize(("back", "at_once"), [(None, False), (60, True), (120, True), (120.001, False)])
def test_back_at_once_is_within_a_minute(back: float | None, at_once: bool) -> None:
    assert end(60, back=back).at_once is at_once


def test_rows_are_sorted_by_what_they_say() -> None:
    found = lived("0 +, 10 !401002, 20 D2CTwinOperations:read, 30 -404104", newest=90)
    assert [[each.moment // 1000 for each in rows] for rows in (found.connects, found.refused, found.operations)] == [
        [0], [10], [20],
    ]  # fmt: skip
    assert (found.hub, found.device, len(found.rows), found.newest) == ("plant", "pump", 4, 90_000)


@pytest.mark.parametrize(("values", "part"), [([], 0.0), ([True], 1.0), ([True, False, False, True], 0.5)])
def test_a_share(values: list[bool], part: float) -> None:
    assert share(values) == part
