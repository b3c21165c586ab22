"""A hub's metrics: counts by the minute, states by their changes."""

from __future__ import annotations

from azext_iotdiag.lab.monitor import metrics
from azext_iotdiag.lab.monitor.metrics import Bucket, Metrics

NOON = 1_800_000_000 - 1_800_000_000 % 3600


def test_events_are_counted_in_their_minute() -> None:
    kept = Metrics()
    for at in (0, 59.9, 60):
        kept.count("sent", NOON + at)
    assert kept.bucket("sent", NOON, NOON + 60).total == 2
    assert kept.bucket("sent", NOON + 60, NOON + 120).total == 1
    assert kept.bucket("sent", NOON, NOON + 300).total == 3
    assert kept.bucket("sent", NOON + 120, NOON + 180).total == 0


def test_only_the_total_of_a_count_says_anything() -> None:
    """The service registers 1 for each event."""
    kept = Metrics()
    kept.count("sent", NOON, 7)
    assert kept.bucket("sent", NOON, NOON + 60) == Bucket(7.0, 1.0, 1.0, 1.0, 7.0)


def test_a_state_holds_until_it_changes() -> None:
    kept = Metrics()
    kept.note("connected", NOON, 4)
    kept.note("connected", NOON + 150, 1)
    first, mixed, later = (kept.bucket("connected", NOON + at, NOON + at + 60) for at in (60, 120, 600))
    assert (first.average, first.minimum, first.maximum) == (4, 4, 4)
    assert (mixed.average, mixed.minimum, mixed.maximum) == (2.5, 1, 4)
    assert later.average == 1


def test_of_a_time_before_the_first_change_nothing_is_known() -> None:
    kept = Metrics()
    kept.note("connected", NOON + 600, 4)
    assert kept.bucket("connected", NOON, NOON + 60) == Bucket()
    assert kept.is_known("connected") and not kept.is_known("sent")


def test_what_is_kept_is_bounded(monkeypatch) -> None:
    monkeypatch.setattr(metrics, "MOST_MINUTES", 3)
    monkeypatch.setattr(metrics, "MOST_CHANGES", 3)
    kept = Metrics()
    for minute in range(10):
        kept.count("sent", NOON + 60 * minute)
        kept.note("connected", NOON + 60 * minute, minute)
    assert kept.bucket("sent", NOON, NOON + 600).total == 3
    assert kept.bucket("connected", NOON, NOON + 300) == Bucket()
    assert kept.bucket("connected", NOON + 540, NOON + 600).average == 9
