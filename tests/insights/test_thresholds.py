"""Which threshold is proposed, and how often it would have fired."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights import thresholds
from azext_iotdiag.insights.thresholds import above, below, firings


@pytest.mark.parametrize(
    ("values", "times"),
    [
        ([5, 5, 5], 0),
        ([5, 1, 1, 1, 5], 1),  # it fires once
        ([1, 5, 1, 5, 1], 1),  # one good window does not resolve it
        ([1, 5, 5, 5, 1], 2),  # three do
        ([1, 5, None, 5, None, 5, 1], 2),  # nothing is evaluated without a value
        ([None, None], 0),
        ([], 0),
    ],
)
def test_how_often_a_rule_fires(values, times) -> None:
    assert firings(values, 2, below) == times
    assert firings([None if value is None else -value for value in values], -2, above) == times


def test_the_strictest_threshold_that_fires_seldom_is_proposed() -> None:
    steady = [20.0] * 4032
    proposal = thresholds.for_devices(steady)
    assert proposal is not None and (proposal.threshold, proposal.times, proposal.days) == (18, 0, 14)
    nightly = ([20.0] * 200 + [17.0] * 88) * 14  # each night three devices rest
    proposal = thresholds.for_devices(nightly)
    assert proposal is not None and (proposal.threshold, proposal.times) == (16, 0)
    assert [(each.threshold, each.times) for each in proposal.tried] == [(18, 14), (16, 0), (14, 0), (10, 0), (5, 0),
                                                                         (1, 0)]  # fmt: skip


def test_of_one_device_that_it_is_gone_is_the_threshold() -> None:
    proposal = thresholds.for_devices([1.0] * 100)
    assert proposal is not None and proposal.threshold == 1 and len(proposal.tried) == 1


def test_where_all_fire_often_the_one_that_fires_least_is_proposed() -> None:
    restless = ([20.0] * 7 + [0.0] * 3) * 20
    proposal = thresholds.for_devices(restless)
    assert proposal is not None and proposal.times == 20


def test_without_devices_or_values_none_is_proposed() -> None:
    assert thresholds.for_devices([]) is None
    assert thresholds.for_devices([0.0] * 10 + [5.0]) is None


def test_of_errors_each_one_counts_where_they_are_seldom() -> None:
    seldom = thresholds.for_errors([0.0] * 100 + [3.0] + [0.0] * 100)
    assert seldom is not None and (seldom.threshold, seldom.times) == (0, 1)
    often = thresholds.for_errors(([0.0] * 5 + [3.0]) * 30 + [50.0])
    assert often is not None and (often.threshold, often.times) == (3, 1)
    assert thresholds.for_errors([]) is None


def test_of_the_quota_a_part_is_proposed() -> None:
    proposal = thresholds.for_quota([100.0, 200.0], 8000)
    assert proposal is not None and (proposal.threshold, proposal.times) == (6400, 0)
    daily = ([0.0, 0.0, 0.0, 7000.0]) * 5  # above 80 % each day, below 90 %
    proposal = thresholds.for_quota(daily, 8000)
    assert proposal is not None and (proposal.threshold, proposal.times) == (7200, 0)
    assert thresholds.for_quota([1.0], 0) is None
