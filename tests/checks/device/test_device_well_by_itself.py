"""The check `device-well-by-itself`."""

from __future__ import annotations

from azext_iotdiag.checks.device.device_well_by_itself import device_well_by_itself
from azext_iotdiag.model.device_says import DeviceSays, SaidCode
from tests.checks.judging import MEASURED, verdict

NOW = MEASURED.timestamp()


def says(code: str) -> DeviceSays:
    return DeviceSays("--device-log", (SaidCode(code, (code,), 1, 1),), 1)


def test_a_code_of_this_link() -> None:
    assert verdict(device_well_by_itself, now=NOW, device_says=says("certificate-untrusted")) == (
        "fail",
        [("certificate-untrusted", "fail")],
    )


def test_a_code_of_another_link_is_told_there() -> None:
    assert verdict(device_well_by_itself, now=NOW, device_says=says("hub-401003")) == ("pass", [])
