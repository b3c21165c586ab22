"""A table that is one test: every row runs, and a failure names each wrong one."""

from __future__ import annotations

import inspect
import re

import pytest

from tests.plugins.rows import all_rows


def test_every_row_runs_with_the_fixtures_and_each_wrong_one_is_named() -> None:
    ran: list[tuple[int, str]] = []

    @all_rows("number", range(5), ids=lambda each: f"row-{each}")
    def whole(number: int, fixture: str) -> None:
        ran.append((number, fixture))
        assert number != 1, "one"
        if number == 3:
            raise KeyError("three")
        if number == 4:
            with pytest.raises(ValueError, match="four"):
                pass

    assert [*inspect.signature(whole).parameters] == ["fixture"], "what pytest is to hand in"
    with pytest.raises(AssertionError) as wrong:
        whole(fixture="f")
    assert ran == [(number, "f") for number in range(5)]
    assert re.findall(r"^row-\d: \w+", str(wrong.value), re.MULTILINE) == [
        "row-1: AssertionError", "row-3: KeyError", "row-4: Failed",
    ]  # fmt: skip
    assert str(wrong.value).startswith("3 of 5 rows:") and "one" in str(wrong.value)


def test_a_row_may_have_parts() -> None:
    @all_rows(("a", "b"), [(1, 1), (2, 2)])
    def whole(a: int, b: int) -> None:
        assert a == b

    whole()


def test_an_empty_table_is_a_mistake() -> None:
    @all_rows("row", [])
    def whole(row: int) -> None:
        raise AssertionError(row)

    with pytest.raises(AssertionError, match="the table is empty"):
        whole()
