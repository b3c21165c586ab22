"""A changed property as a line, and as data in which what was not there is told from null."""

from __future__ import annotations

import json

import pytest

from azext_iotdiag.model.change import ABSENT, PropertyChange
from azext_iotdiag.render.change import columns, json_line, line, row

T1, T2 = "2026-11-20T10:00:00Z", "2026-11-20T10:00:05Z"


def change(before, after, versions=(4, 5)) -> PropertyChange:
    return PropertyChange("d", "reported", "battery.level", before, after, versions, (T1, T2))


@pytest.mark.parametrize(("seen", "told"), [
    (change(5, 4), "battery.level: 5 → 4  version 4 → 5"),
    (change(ABSENT, "x"), 'battery.level = "x" (new)  version 4 → 5'),
    (change({"a": 1}, ABSENT), 'battery.level is gone; it was {"a": 1}  version 4 → 5'),
    (change(5, 5), "battery.level = 5 (written again)  version 4 → 5"),
    (change(None, False, (None, 3)), "battery.level: null → false  version 3"),
    (change(1, "a\x1b[2J\nb", (None, None)), 'battery.level: 1 → "a\\u001b[2J\\nb"'),
])  # fmt: skip
def test_lines(seen: PropertyChange, told: str) -> None:
    assert line(seen) == f"{T2}  d  reported  {told}"


def test_a_long_value_is_cut_in_a_line_and_whole_in_data() -> None:
    assert len(line(change(1, "x" * 10_000))) < 400
    assert json.loads(json_line(change(1, "x" * 10_000)))["after"] == "x" * 10_000


@pytest.mark.parametrize(("seen", "parts"), [
    (change(None, 4), {"before": None, "after": 4}), (change(ABSENT, 4), {"after": 4}),
    (change(5, ABSENT), {"before": 5}),
])  # fmt: skip
def test_data(seen: PropertyChange, parts: dict) -> None:
    assert json.loads(json_line(seen)) == {
        "version": 1, "type": "change", "device": "d", "side": "reported", "property": "battery.level", **parts,
        "versions": {"before": 4, "after": 5}, "times": {"before": T1, "after": T2},
    }  # fmt: skip


@pytest.mark.parametrize(("length", "whole"), [(198, True), (199, False)])
def test_a_value_of_200_characters_is_whole(length: int, whole: bool) -> None:
    """With its quotation marks."""
    assert ("…" not in line(change(ABSENT, "x" * length))) is whole


def test_a_row_of_a_table_has_the_time_of_the_change() -> None:
    """Of a property that is gone, that is when it was last written."""
    assert row(change(5, None)) == {
        "Time": T2, "Side": "reported", "Property": "battery.level", "Before": 5, "After": None, "Version": 5,
    }  # fmt: skip
    gone = change(5, ABSENT)._replace(times=(T1, ""))
    assert (row(gone)["Time"], row(gone)["After"]) == (T1, None) and line(gone).startswith(T1)
    assert columns(change(ABSENT, 4)) == ("d", "reported", "battery.level", None, 4, 4, 5, T1, T2)
