"""The check `connection-not-broken`."""

from __future__ import annotations

from azext_iotdiag.checks.connection.connection_not_broken import connection_not_broken
from azext_iotdiag.model.device_says import DeviceSays, SaidCode
from tests.checks.judging import MEASURED, verdict

NOW = MEASURED.timestamp()


def says(code: str) -> DeviceSays:
    return DeviceSays("--device-log", (SaidCode(code, (code,), 1, 1),), 1)


def test_a_code_of_this_link() -> None:
    assert verdict(connection_not_broken, now=NOW, device_says=says("hub-409002")) == ("fail", [("hub-409002", "fail")])


def test_a_code_of_another_link_is_told_there() -> None:
    assert verdict(connection_not_broken, now=NOW, device_says=says("hub-401003")) == ("pass", [])
