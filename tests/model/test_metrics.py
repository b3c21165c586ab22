"""What the values of a metric come to."""

from __future__ import annotations

import pytest

from azext_iotdiag.knowledge.access import MANAGER_REFUSES
from azext_iotdiag.model.finding import Finding, fail, note
from azext_iotdiag.model.metrics import MetricsRead, Point, Series, ShownMetric

HAPPENS, STATE, MOST = (
    ShownMetric("sent", "Sent"),
    ShownMetric("count", "Count", "Average"),
    ShownMetric("used", "Used", "Maximum"),
)


def series(metric: ShownMetric, *values: float | None) -> Series:
    return Series(metric, tuple(Point(at, value) for at, value in enumerate(values)))


@pytest.mark.parametrize(("found", "value", "newest"), [
    (series(HAPPENS), None, None), (series(HAPPENS, None, None), None, None), (series(HAPPENS, 1, 2, None), 3, 1),
    (series(HAPPENS, 0), 0, 0), (series(STATE, 1, 2, None), 2, 1), (series(MOST, 5, 2), 2, 1),
    (series(STATE), None, None),
])  # fmt: skip
def test_a_value(found: Series, value: float | None, newest: int | None) -> None:
    assert (found.value, found.newest and found.newest.moment) == (value, newest)


def read(*found: Series, findings: tuple[Finding, ...] = ()) -> MetricsRead:
    return MetricsRead("hub", 0, 9, found, findings=findings)


def test_the_value_of_a_name() -> None:
    found = read(series(STATE, 7), series(HAPPENS, 1, 2))
    assert (found.value("count"), found.value("sent"), found.value("other")) == (7, 3, None)


@pytest.mark.parametrize(("found", "newest", "code"), [
    (read(), None, 5),
    (read(series(HAPPENS, None)), None, 5),
    (read(series(HAPPENS, 1, 1, None), series(STATE, 1), series(MOST)), 1, 0),
    (read(series(HAPPENS, 1), findings=(fail(MANAGER_REFUSES, "x"),)), 0, 4),
    (read(series(HAPPENS, 1), findings=(note(MANAGER_REFUSES, "x"),)), 0, 0),
    (read(findings=(fail(MANAGER_REFUSES, "x"),)), None, 5),
])  # fmt: skip
def test_the_newest_value_of_all_and_the_exit_code(found: MetricsRead, newest: int | None, code: int) -> None:
    assert (found.newest, found.exit_code) == (newest, code)
