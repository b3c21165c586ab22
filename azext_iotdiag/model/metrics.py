"""Metrics of a service as Azure Monitor keeps them, and what was read of them."""

from __future__ import annotations

from typing import NamedTuple

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.model.hub_settings import Quota


class ShownMetric(NamedTuple):
    """A metric that is shown: its name in the API, what the portal calls it, and how its values are put together.

    `aggregation` is Total for what happens, and Average or Maximum for a state.
    """

    name: str
    shown: str
    aggregation: str = "Total"

    @property
    def is_state(self) -> bool:
        """Whether it is a state, of which the newest value counts, and not what happened, which is summed up."""
        return self.aggregation != "Total"


class Point(NamedTuple):
    """A value at a time in milliseconds since 1970; None where the service has none."""

    moment: int
    value: float | None


class Series(NamedTuple):
    """A metric with its values in the order of time; none where the service has no series of it."""

    metric: ShownMetric
    points: tuple[Point, ...]

    @property
    def newest(self) -> Point | None:
        """The newest value that is known."""
        return next((point for point in reversed(self.points) if point.value is not None), None)

    @property
    def value(self) -> float | None:
        """The sum of what happened, or the newest value of a state; None where no value is known."""
        if self.newest is None:
            return None
        if self.metric.is_state:
            return self.newest.value
        return sum(point.value or 0.0 for point in self.points)


class MetricsRead(NamedTuple):
    """What was read of a hub's metrics from `since` to `until`, in milliseconds since 1970.

    `lacking` are the names that the service does not have. `quota` is None where it could not be read. `findings` are
    what the values mean; where nothing could be read, the one finding says why, and `series` is empty.
    It is `of_dps` where `hub` is a provisioning service whose metrics were read. It has no values until a device asks.
    It is `of_app` where `hub` is an IoT Central application.
    """

    hub: str
    since: int
    until: int
    series: tuple[Series, ...] = ()
    lacking: tuple[str, ...] = ()
    quota: Quota | None = None
    findings: tuple[Finding, ...] = ()
    of_dps: bool = False
    of_app: bool = False

    def value(self, name: str) -> float | None:
        """The value of a metric; None where none is known."""
        return next((each.value for each in self.series if each.metric.name == name), None)

    @property
    def newest(self) -> int | None:
        """The time of the newest value of all."""
        return max((each.newest.moment for each in self.series if each.newest is not None), default=None)

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        if self.newest is None and not self.of_dps:
            return exit_codes.UNDETERMINED
        wrong = any(each.severity is Severity.FAIL for each in self.findings)
        return exit_codes.PROBLEM if wrong else exit_codes.HEALTHY
