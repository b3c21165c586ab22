"""A silent stream is spoken of at a few moments, and not any more once something was shown."""

from __future__ import annotations

from azext_iotdiag.streams.quiet import QuietTimes

MOMENTS = (10.0, 60.0, 300.0)


def test_each_moment_once() -> None:
    quiet = QuietTimes(100.0, MOMENTS)
    assert [now for now in range(100, 500) if quiet.due(now, 0)] == [110, 160, 400]


def test_moments_that_were_missed_are_not_made_up_for() -> None:
    quiet = QuietTimes(0.0, MOMENTS)
    assert [now for now in (5, 70, 71, 299, 301, 999) if quiet.due(now, 0)] == [70, 301]


def test_not_after_a_message() -> None:
    quiet = QuietTimes(0.0, MOMENTS)
    assert not quiet.due(11, 1)
    assert not quiet.due(61, 1)
