"""Times as people read them."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.timestamps import ago, length, time_and_age, written

NOW = 1_700_000_000_000


@pytest.mark.parametrize(("seconds", "words"), [
    (0, "just now"), (0.9, "just now"), (-4, "just now"), (-4.9, "just now"),
    (-5, "5 s ahead of this machine's clock"), (-60, "60 s ahead of this machine's clock"), (1, "1 s ago"),
    (59.9, "59 s ago"), (60, "1 min ago"), (3599, "59 min ago"), (3600, "1 h ago"), (86_399, "23 h ago"),
    (90_000, "1 day ago"), (86_400, "1 day ago"), (172_800, "2 days ago"), (700_000, "8 days ago"),
])  # fmt: skip
def test_ago(seconds: float, words: str) -> None:
    assert ago(int(NOW - seconds * 1000), NOW) == words


def test_written() -> None:
    assert written(NOW) == "2023-11-14T22:13:20Z"
    assert written(10**18) == f"{10**18} ms after 1970"
    assert time_and_age(NOW - 60_000, NOW) == "2023-11-14T22:12:20Z, 1 min ago"


@pytest.mark.parametrize(("seconds", "words"), [
    (1, "1 s"), (59.9, "59 s"), (60, "1 min"), (3600, "1 h"), (86_400, "1 day"), (86_400 * 400, "400 days"),
])  # fmt: skip
def test_length(seconds: float, words: str) -> None:
    assert length(seconds) == words


@pytest.mark.parametrize(("moment", "words"), [
    (0, "1970-01-01T00:00:00Z"), (999, "1970-01-01T00:00:00Z"), (1000, "1970-01-01T00:00:01Z"),
    (-1000, "1969-12-31T23:59:59Z"),
])  # fmt: skip
def test_written_to_the_second(moment: int, words: str) -> None:
    assert written(moment) == words
