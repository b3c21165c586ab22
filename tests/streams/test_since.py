"""The times that `--since` takes, and those it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.streams import since

NOW = 1_795_000_000.25  # 2026-11-18T11:06:40.250Z
DAY = 86_400_000
NOON = 1_794_916_800_000  # 2026-11-17T12:00:00Z


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-17T12:00:00Z", NOON),
        ("2026-11-17t12:00:00z", NOON),
        ("2026-11-17 12:00:00Z", NOON),
        ("2026-11-17T12:00Z", NOON),
        ("  2026-11-17T12:00:00Z\n", NOON),
        ("2026-11-17T12:00:00", NOON),
        ("2026-11-17T12:00", NOON),
        ("2026-11-17", NOON - DAY // 2),
        ("2026-11-17T14:00:00+02:00", NOON),
        ("2026-11-17T14:00:00+0200", NOON),
        ("2026-11-17T14:00:00+02", NOON),
        ("2026-11-17T06:30:00-05:30", NOON),
        ("2026-11-17T17:30:00+0530", NOON),
        ("2026-11-17T17:30:00+05:30", NOON),
        ("2026-11-17T08:30:00-03:30", NOON),
        ("2026-11-17T17:00:00+05", NOON),
        ("2026-11-17T12:00:00.5Z", NOON + 500),
        ("2026-11-17T12:00:00,25Z", NOON + 250),
        ("2026-11-17T12:00:00.123456789Z", NOON + 123),
        ("1970-01-01T00:00:00Z", 0),
        ("0s", 1_795_000_000_250),
        ("90s", 1_795_000_000_250 - 90_000),
        ("10m", 1_795_000_000_250 - 600_000),
        ("2h", 1_795_000_000_250 - 7_200_000),
        ("1.5h", 1_795_000_000_250 - 5_400_000),
        ("1d", 1_795_000_000_250 - DAY),
        ("30d", 1_795_000_000_250 - 30 * DAY),
        ("1794916800", NOON),
        ("1794916800123", NOON + 123),
    ],
)
def test_a_time_is_read(text, moment):
    assert since.read(text, NOW) == moment


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "''"),
        ("yesterday", "'yesterday'"),
        ("10", "'10'"),
        ("10 m", "'10 m'"),
        ("10min", "'10min'"),
        ("10M", "'10M'"),
        ("-10m", "'-10m'"),
        ("1h30m", "'1h30m'"),
        ("10m ago", "ago'"),
        ("179491680", "digits"),
        ("17949168001234", "digits"),
        ("1794916800.5", "digits"),
        ("20261117", "digits"),
        ("12:00", "'12:00'"),
        ("17.11.2026", "ISO 8601"),
        ("2026-11-17T12", "ISO 8601"),
        ("2026-11-17T12:00:00 Z", "ISO 8601"),
        ("2026-11-17T12:00:00 Europe/Berlin", "ISO 8601"),
        ("nan", "'nan'"),
        ("١٧٩٤٩١٦٨٠٠", "digits"),
        ("１０m", "ISO"),
        ("x" * 1000, "it is not"),
    ],
)
def test_anything_else_is_one_clear_error(text, word):
    with pytest.raises(ValueError, match="not a time that can be read") as caught:
        since.read(text, NOW)
    message = str(caught.value)
    assert word in message
    assert "ISO 8601" in message
    assert len(message) < 300


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("2026-13-01T00:00:00Z", "month"),
        ("2026-02-30", "day"),
        ("2026-11-17T24:00:00Z", "hour"),
        ("2026-11-17T12:60Z", "minute"),
        ("2026-11-17T12:00:60Z", "second"),
        ("2026-11-17T12:00:00+24:00", "offset"),
        ("2026-11-17T12:00:00+02:60", "offset"),
        ("0000-01-01", "year"),
    ],
)
def test_a_time_that_does_not_exist_says_why(text, word):
    with pytest.raises(ValueError, match=word) as caught:
        since.read(text, NOW)
    assert f"'{text}' is not a time" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["2026-11-18T11:06:41Z", "1795000001", "1795000000251", "2026-11-19", "9999999999999", "9999-12-31T23:59:59-23:59"],
)
def test_the_future_is_refused_and_the_local_clock_named(text):
    with pytest.raises(ValueError, match="lies in the future") as caught:
        since.read(text, NOW)
    assert "this machine's clock says 2026-11-18T11:06:40.250Z" in str(caught.value)


@pytest.mark.parametrize("text", ["1969-12-31T23:59:59Z", "0001-01-01", "0001-01-01T00:00:00+23:59", "999999999d"])
def test_before_1970_is_refused(text):
    with pytest.raises(ValueError, match="before 1970"):
        since.read(text, NOW)


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("2026-11-17T12:00:00", True),
        ("2026-11-17", True),
        (" 2026-11-17 12:00 ", True),
        ("2026-11-17T12:00:00Z", False),
        ("2026-11-17T12:00:00+01:00", False),
        ("10m", False),
        ("1794916800", False),
        ("nonsense", False),
    ],
)
def test_a_missing_zone_is_noticed(text, lacks):
    assert since.lacks_zone(text) is lacks


@pytest.mark.parametrize(("text", "older"), [("7d", False), ("604801s", True), ("8d", True), ("1h", False)])
def test_what_no_hub_keeps_is_noticed(text, older):
    assert since.outlives_retention(since.read(text, NOW), NOW) is older


@given(st.integers(0, int(NOW * 1000)))
def test_what_is_written_is_read_again(moment):
    assert since.read(since.written(moment), NOW) == moment


@given(st.text() | st.from_regex(since._ISO) | st.from_regex(since._AGO))
def test_reading_gives_a_past_time_or_a_value_error(text):
    try:
        moment = since.read(text, NOW)
    except ValueError:
        return
    assert 0 <= moment <= NOW * 1000


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("5m", 300), (" 2h\n", 7200), ("1.5h", 5400), ("1d", 86400), ("0s", 0)]
)
def test_a_length_of_time(text, seconds):
    assert since.duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "5 m", "5min", "-5m", "1h30m", "m", "1e3s", "2026-11-17", "x" * 50])
def test_what_is_no_length_of_time(text):
    with pytest.raises(ValueError, match="is not a length of time; write it as 90s, 10m, 2h or 1d"):
        since.duration(text)


@pytest.mark.parametrize(("text", "shown"), [("x" * 40, f"'{'x' * 40}'"), ("x" * 41, "it")])
def test_a_long_text_is_not_repeated(text, shown):
    with pytest.raises(ValueError, match="is not a time") as caught:
        since.read(text, NOW)
    assert str(caught.value).startswith(f"{shown} is not a time that can be read")
