"""Which names are near to each other, and which only look so."""

from __future__ import annotations

import random

import pytest

from azext_iotdiag.payload.suggest import Names, difference, nearest
from tests.plugins.effort import cases


@pytest.mark.parametrize(("name", "known", "near"), [
    ("humidty", ["temperature", "humidity"], "humidity"),
    ("Temperature", ["temperature"], "temperature"),
    ("fan_speed", ["fanSpeed"], "fanSpeed"),
    ("tempreature", ["temperature"], "temperature"),
    ("lst", ["lat", "lon"], "lat"),
    ("x", ["y"], ""),
    ("temp2", ["temp1"], ""),
    ("temperature10", ["temperature1"], ""),
    ("pressure", ["temperature"], ""),
    ("", ["a"], ""),
    ("a" * 10_000, ["a" * 9_999], ""),
    ("hum", ["humidity"], ""),
    ("state", ["status", "State"], "State"),
    ("fann", ["fan"], "fan"), ("wend", ["wind"], "wind"), ("wedn", ["wind"], ""),  # short ones differ in one place
    # Neighbours that change places are one slip, as in "tempreature". Two are near, three are not.
    ("tmepreature", ["temperature"], "temperature"), ("tmepreatrue", ["temperature"], ""),
    ("humidiyt", ["humidity"], "humidity"), ("umidity", ["humidity"], "humidity"), ("humidity2", ["humidity"], ""),
    ("pressre", ["pressores", "pressure"], "pressure"), ("ab", ["ac"], ""),  # half of a name is another name
    ("a" * 63 + "b", ["a" * 64], "a" * 64), ("a" * 64 + "b", ["a" * 64], ""), ("a" * 64, ["a" * 63 + "bc"], ""),
    ("speed", ["speedy", "spede"], "speedy"),  # of two that are as near, the first
    ("presure1x", ["pressure1x"], "pressure1x"), ("prisure", ["pressure"], "pressure"), ("prisuri", ["pressure"], ""),
])  # fmt: skip
def test_nearest(name: str, known: list[str], near: str) -> None:
    assert nearest(name, known) == near


@pytest.mark.parametrize(("name", "near", "words"), [
    ("Temp", "temp", "it differs from temp in the case of letters"), ("tmep", "temp", "is temp meant?"),
])  # fmt: skip
def test_difference(name: str, near: str, words: str) -> None:
    assert difference(name, near) == words


def test_what_stands_beside_a_name_is_not_meant_by_it() -> None:
    names = Names(["pressure", "pressores"])
    assert names.nearest("pressre") == "pressure"
    assert names.nearest("pressre", {"pressure": 1}) == "pressores"
    assert names.nearest("pressre", {"pressure": 1, "pressores": 2}) == ""


def test_so_many_strange_names_are_looked_at() -> None:
    """Those that were looked at before are still known."""
    names = Names(["pressure"], 2)
    assert [names.nearest(each) for each in ("pressur", "x", "presure", "pressur", "presure")] == [
        "pressure", "", "", "pressure", "",
    ]  # fmt: skip


def test_an_index_finds_what_comparing_with_each_name_finds() -> None:
    """On random names of few letters, so that many are near."""
    chance = random.Random(5)
    for _ in range(cases(300)):
        known = ["".join(chance.choices("abCd_1", k=chance.randint(1, 8))) for _ in range(12)]
        name = "".join(chance.choices("abCd_1", k=chance.randint(1, 8)))
        assert nearest(name, known) == _compared(name, known), (name, known)


def _compared(name: str, known: list[str]) -> str:
    """The nearest name by the definition: alike except case and separators, or one or two slips away."""

    def plain(text: str) -> str:
        return "".join(each for each in text.lower() if each not in "_- ")

    def slips(one: str, other: str) -> int:
        rows = (
            {(-1, -1): 0}
            | {(at, -1): at + 1 for at in range(len(one))}
            | {(-1, at): at + 1 for at in range(len(other))}
        )
        for at, left in enumerate(one):
            for by, right in enumerate(other):
                ways = [rows[at - 1, by] + 1, rows[at, by - 1] + 1, rows[at - 1, by - 1] + (left != right)]
                if at and by and left == other[by - 1] and one[at - 1] == right:
                    ways.append(rows[at - 2, by - 2] + 1)
                rows[at, by] = min(ways)
        return rows[len(one) - 1, len(other) - 1]

    alike = [each for each in known if plain(each) == plain(name)]
    if alike:
        return alike[0]
    near = []
    for order, each in enumerate(known):
        far = slips(name.lower(), each.lower())
        same = [one for one in each if one.isdigit()] == [one for one in name if one.isdigit()]
        if same and far <= (1 if len(name) <= 4 else 2) and far < min(len(name), len(each)) / 2:
            near.append((far, order, each))
    return min(near)[2] if near else ""
