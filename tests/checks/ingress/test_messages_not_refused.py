"""The check `messages-not-refused`."""

from __future__ import annotations

from azext_iotdiag.checks.ingress.messages_not_refused import messages_not_refused
from azext_iotdiag.model.device_says import DeviceSays, SaidCode
from tests.checks.judging import MEASURED, verdict

NOW = MEASURED.timestamp()


def says(code: str) -> DeviceSays:
    return DeviceSays("--device-log", (SaidCode(code, (code,), 1, 1),), 1)


def test_a_code_of_this_link() -> None:
    assert verdict(messages_not_refused, now=NOW, device_says=says("hub-413001")) == ("fail", [("hub-413001", "fail")])


def test_a_code_of_another_link_is_told_there() -> None:
    assert verdict(messages_not_refused, now=NOW, device_says=says("hub-401003")) == ("pass", [])
