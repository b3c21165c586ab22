"""Which names are near to each other, and which only look so."""

from __future__ import annotations

import pytest

from azext_iotdiag.payload.suggest import nearest


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
    ("presure1x", ["pressure1x"], "pressure1x"), ("prisure", ["pressure"], "pressure"), ("prisuri", ["pressure"], ""),
])  # fmt: skip
def test_nearest(name: str, known: list[str], near: str) -> None:
    assert nearest(name, known) == near
