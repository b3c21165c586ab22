"""The clock of a device against the times that services and time servers wrote into its log."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights.clocks import LogClock, time_of_line
from azext_iotdiag.insights.reading import read_text
from azext_iotdiag.render.story import text
from tests.plugins.rows import all_rows

HOUR = 3_600_000


def skew(*lines: str) -> int | None:
    clock = LogClock()
    for line in lines:
        clock.read(line)
    return clock.skew


@all_rows(
    ("expected", "line"),
    [
        (-HOUR, '2026-11-30T09:00:00Z {"trackingId":"x","timestampUtc":"2026-11-30T10:00:00.12Z"}'),
        (HOUR, "2026-11-30 12:00:00 +01:00 Tracking ID:a-G:b-TimeStamp:2026-11-30T10:00:00Z"),
        (0, "2026-11-30T10:00:00Z < Date: Mon, 30 Nov 2026 10:00:00 GMT"),
        (-2 * HOUR, "2026-11-30T08:00:00Z < date: Mon, 30 Nov 2026 10:00:00 GMT"),
        (2 * HOUR, "2026-11-30T12:00:00Z headers {'Date': 'Mon, 30 Nov 2026 10:00:00 GMT'}"),
        (-HOUR, '2026-11-30T09:00:00Z {"status":"assigned","createdDateTimeUtc":"2026-11-30T10:00:00Z"}'),
        (0, '2026-11-30T10:00:00Z {"status":"assigned","createdDateTimeUtc":"2020-01-01T10:00:00Z"}'),
        (-HOUR, '2026-11-30T09:00:00Z "createdDateTimeUtc":"2020-01-01T10:00:00Z",'
                '"lastUpdatedDateTimeUtc":"2026-11-30T10:00:00Z"'),
        (0, '2026-11-30 09:00:00 {"timestampUtc":"2026-11-30T10:00:00Z"}'),  # no zone: any fits
        (-24 * HOUR, '2026-11-29 10:00:00 {"timestampUtc":"2026-11-30T10:00:00Z"}'),
        (None, '{"timestampUtc":"2026-11-30T10:00:00Z"}'),
        (None, "2026-11-30T10:00:00Z well"),
        (None, '2026-13-30T10:00:00Z {"timestampUtc":"2026-11-30T10:00:00Z"}'),
    ],
)  # fmt: skip
def test_a_line_tells_how_far_a_clock_is_off(expected: int | None, line: str) -> None:
    assert skew(line) == expected


CONNACK = "Error: Time:%s File:/src/m.c Func:f Line:9 Connection Not Accepted: 0x5: Not Authorized"


def test_a_connack_is_held_against_the_time_that_the_device_had_from_a_time_server() -> None:
    ntp = "Fetched NTP epoch time is: 1796032800"  # 2026-11-30T10:00:00Z
    never_set = skew(ntp, CONNACK % "Thu Jan  1 00:00:12 1970")
    assert never_set == 12_000 - 1_796_032_800_000
    assert skew(ntp, CONNACK % "Mon Nov 30 10:00:09 2026") == 0
    assert skew(ntp, CONNACK % "Thu Dec  3 10:00:09 2026") == 0  # a log may be days long
    assert skew(CONNACK % "Thu Jan  1 00:00:12 1970") is None


def test_the_time_of_a_board_counts_as_well() -> None:
    lines = ("SNTP time update: Jan 6, 2026 23:49:29.23 UTC", "2026-01-05T10:00:00Z MQTT CONNACK 5")
    assert skew(*lines) == -(37 * HOUR + 49 * 60_000 + 29_000)


def test_a_clock_that_is_off_is_said_and_one_that_is_right_is_not() -> None:
    line = '%s {"errorCode":401002,"trackingId":"x","timestampUtc":"2026-11-30T10:00:00Z"}'
    assert read_text(line % "2026-11-30T09:00:00Z").notes == ("The device's clock is 3600 s behind the service's.",)
    assert read_text(line % "2026-11-30T10:04:00Z").notes == ()
    well = read_text("2026-11-30T09:00:00Z < Date: Mon, 30 Nov 2026 10:00:00 GMT")
    assert list(text(well)) == ["No known failure in 1 line.", "  The device's clock is 3600 s behind the service's."]


@pytest.mark.parametrize("line", ["Mon Nov 30 10:00:00 2026 x", "Time:Mon Nov 30 10:00:00 2026 File:x"])
def test_a_clock_of_c_is_read(line: str) -> None:
    assert time_of_line(line) == (1_796_032_800_000, False)
