"""Which names are near to each other, and which only look so."""

from __future__ import annotations

import pytest

from azext_iotdiag.payload.suggest import difference, nearest


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
