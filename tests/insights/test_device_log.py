"""The codes in the log of a device: their last line, its time, and whether the device got over them."""

from __future__ import annotations

from collections.abc import Iterable

from azext_iotdiag.insights import device_log
from azext_iotdiag.insights.device_log import LASTING_LINES
from azext_iotdiag.model.device_says import SaidCode

REFUSED = "ERROR: hub refused: IotHubUnauthorized (401003)"


def read(lines: Iterable[str]) -> tuple[tuple[SaidCode, ...], int]:
    return device_log.read(f"{line}\n".encode() for line in lines)


def test_a_code_with_its_line_and_time() -> None:
    (found,), last = read(["2026-11-30T10:00:00Z started", f"2026-11-30T10:00:05.250Z {REFUSED}", "waiting"])
    assert (found.code, found.line, found.times, found.at, last) == ("hub-401003", 2, 1, 1_796_032_805_250, 3)
    assert found.lasting


def test_what_comes_again_is_counted_with_its_last_line() -> None:
    found = read([REFUSED, "x", REFUSED, "SSL: CERTIFICATE_VERIFY_FAILED"])[0][-1]
    assert (found.times, found.line) == (2, 3)


def test_the_most_recent_code_comes_first() -> None:
    found, _ = read([REFUSED, "gaierror: Name or service not known"])
    assert [each.code for each in found] == ["name-not-resolved", "hub-401003"]


def test_a_zone_makes_a_time_exact() -> None:
    def at(stamp: str) -> int | None:
        return read([f"{stamp} {REFUSED}"])[0][0].at

    assert at("2026-11-30 11:00:05+0100") == at("2026-11-30T10:00:05Z") == at("2026-11-30 05:00:05,000 -05:00")
    assert at("2026-11-30 10:00:05") is None
    assert at("2026-13-30T10:00:05Z") is None


def test_a_device_that_went_on_for_long_may_have_got_over_it() -> None:
    def lasting(*after: str) -> bool:
        return read([f"2026-11-30 10:00:00 {REFUSED}", *after])[0][0].lasting

    assert lasting("2026-11-30 10:14:59 x")
    assert not lasting("2026-11-30 10:15:01 x")
    assert read([REFUSED, *["x"] * LASTING_LINES])[0][0].lasting
    assert not read([REFUSED, *["x"] * (LASTING_LINES + 1)])[0][0].lasting


def test_what_followed_from_another_code_is_no_root() -> None:
    found, _ = read(["Connection Refused: not authorised.", "mqtt.js returned premature close error"])
    assert [(each.code, each.root) for each in found] == [("connection-dropped", False), ("device-refused", True)]


def test_what_the_device_got_over_does_not_last() -> None:
    (found,), _ = read(["disconnected with result code: 7", "azure.iot.device connected with result code: 0"])
    assert (found.code, found.lasting) == ("mqtt-connection-closed", False)


def test_a_clock_that_is_off_is_said() -> None:
    line = (
        '2026-11-30T09:00:05Z caused by: {"errorCode":401002,"trackingId":"x","timestampUtc":"2026-11-30T10:00:05.1Z"}'
    )
    found = {each.code: each for each in read([line])[0]}
    assert found["clock-skew"].names == ("the device's clock is 3600 s behind the service's",)
    assert "clock-skew" not in {each.code for each in read([line.replace("T09", "T10")])[0]}
