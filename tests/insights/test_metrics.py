"""What the values of a hub's metrics mean."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights import metrics
from azext_iotdiag.lab.monitor import definitions
from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.hub_settings import Quota
from azext_iotdiag.model.metrics import MetricsRead, Point, Series, ShownMetric

MINUTE = 60_000


def read(quota: Quota | None = None, **values: float | None) -> MetricsRead:
    """What was read of metrics by the names in `insights.metrics`, each with one value."""
    given = {getattr(metrics, name): value for name, value in values.items()}
    series = tuple(
        Series(each, (Point(MINUTE, given[each.name]),) if each.name in given else ()) for each in metrics.WANTED
    )
    found = MetricsRead("h.azure-devices.net", 0, 2 * MINUTE, series, quota=quota)
    return found._replace(findings=tuple(metrics.judged(found)))


def codes(found: MetricsRead) -> list[str]:
    return [each.entry.code for each in found.findings]


def test_a_healthy_hub() -> None:
    found = read(Quota(10, 400_000), ATTEMPTS=5, ACCEPTED=5, BUILT_IN=5, ORPHANED=0, THROTTLED=0)
    assert (codes(found), found.exit_code) == ([], exit_codes.HEALTHY)


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("THROTTLED", "hub-429001", "The hub throttled 3 times"),
        ("ORPHANED", "route-orphaned", "No route took 3 messages, and the fallback route is off"),
        ("DROPPED", "route-dropped", "The hub dropped 3 messages on the way to an endpoint"),
        ("INVALID", "route-invalid-message", "3 messages did not fit their endpoint"),
    ],
)
def test_each_loss_has_its_entry(name: str, code: str, message: str) -> None:
    found = read(**{"ATTEMPTS": 9, name: 3})
    assert (codes(found), found.findings[0].message) == ([code], message)
    assert found.exit_code == exit_codes.PROBLEM


def test_a_quota_that_is_used_up_comes_first() -> None:
    assert codes(read(Quota(8000, 8000), ORPHANED=1)) == ["hub-403002", "route-orphaned"]


def test_without_any_value_nothing_is_determined() -> None:
    assert (read().exit_code, read().newest) == (exit_codes.UNDETERMINED, None)


def test_what_happened_is_summed_and_of_a_state_the_newest_value_counts() -> None:
    points = (Point(0, 2.0), Point(MINUTE, 3.0), Point(2 * MINUTE, None))
    assert Series(ShownMetric("a", "A"), points).value == 5
    assert Series(ShownMetric("a", "A", "Average"), points).value == 3
    assert Series(ShownMetric("a", "A", "Average"), points).newest == Point(MINUTE, 3.0)


def test_names_are_those_that_the_hub_has() -> None:
    """The lab's definitions were written from the same page, by another file."""
    shown = {each.name: each.shown for each in definitions.HUB}
    assert {each.name: each.shown for each in metrics.WANTED}.items() <= shown.items()
