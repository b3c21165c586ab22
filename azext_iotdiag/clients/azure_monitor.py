"""Azure Monitor of a resource, by way of the resource manager: its metrics, and where its logs go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from azext_iotdiag.clients.answers import part
from azext_iotdiag.clients.arm import Arm
from azext_iotdiag.clients.paths import whole
from azext_iotdiag.model.log_setting import Workspace
from azext_iotdiag.model.metrics import Point, Series, ShownMetric

# https://learn.microsoft.com/rest/api/monitor/metrics/list and .../metric-definitions/list
METRICS_VERSION = "2024-02-01"
# https://learn.microsoft.com/rest/api/monitor/diagnostic-settings
SETTINGS_VERSION = "2021-05-01-preview"
# https://learn.microsoft.com/rest/api/loganalytics/workspaces
WORKSPACES_VERSION = "2022-10-01"
_MOST_NAMES = 20  # of one request
FINEST = "PT1M"
# The interval for a time span, so that a request has some hundred values at most.
_GRAINS = ((6 * 3600, "PT1M"), (36 * 3600, "PT5M"), (5 * 86_400, "PT30M"), (float("inf"), "PT1H"))
SETTINGS_STEP, WORKSPACES_STEP = "the diagnostic settings", "the Log Analytics workspaces"
DEFINITIONS_STEP, METRICS_STEP = "the definitions of the metrics", "the metrics"


def names(arm: Arm, id_: str) -> dict[str, str]:
    """What the portal calls each metric of a resource, by its name in the API. Raises ArmError and StepFailed."""
    path = f"{whole(id_)}/providers/Microsoft.Insights/metricDefinitions"
    found = {}
    for row in arm.rows(path, METRICS_VERSION, DEFINITIONS_STEP):
        name = part(row, "name")
        if isinstance(name.get("value"), str):
            found[name["value"]] = str(name.get("localizedValue") or name["value"])
    return found


def grain(since: int, until: int, finest: str = FINEST) -> str:
    """The interval of some hundred values at most between two times in milliseconds; none is finer than `finest`."""
    names = [name for _, name in _GRAINS]
    fits = next(at for at, (most, _) in enumerate(_GRAINS) if (until - since) / 1000 <= most)
    return names[max(fits, names.index(finest))]


def metrics(arm: Arm, id_: str, wanted: Sequence[ShownMetric], since: int, until: int, every: str = "") -> list[Series]:
    """The values of metrics between two times in milliseconds since 1970. Raises ArmError and StepFailed.

    `every` is the interval, such as PT5M. Without it there are some hundred values at most.
    """
    found: dict[str, Series] = {}
    for begin in range(0, len(wanted), _MOST_NAMES):
        some = wanted[begin : begin + _MOST_NAMES]
        query = {
            "timespan": f"{_iso(since)}/{_iso(until)}",
            "interval": every or grain(since, until),
            "metricnames": ",".join(each.name for each in some),
            "aggregation": ",".join(sorted({each.aggregation for each in some})),
        }
        path = f"{id_}/providers/Microsoft.Insights/metrics"
        told = arm.resource(path, METRICS_VERSION, query)
        by_name = {each.name.lower(): each for each in some}
        for row in told.get("value") or ():
            if isinstance(row, dict) and (metric := by_name.get(str(part(row, "name").get("value")).lower())):
                found[metric.name] = Series(metric, tuple(_points(row, metric.aggregation.lower())))
    return [found.get(each.name, Series(each, ())) for each in wanted]


def _points(row: Mapping[str, Any], aggregation: str) -> Iterator[Point]:
    """The values of the first series: without a filter there is one for all dimensions."""
    series = row.get("timeseries")
    first = series[0] if isinstance(series, list) and series and isinstance(series[0], dict) else {}
    for point in first.get("data") or ():
        if isinstance(point, dict) and (moment := _moment(point.get("timeStamp"))) is not None:
            value = point.get(aggregation)
            yield Point(moment, float(value) if isinstance(value, int | float) else None)


def _moment(text: Any) -> int | None:
    if not isinstance(text, str):
        return None
    try:
        return round(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)
    except ValueError:
        return None


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def log_categories(arm: Arm, id_: str) -> list[str]:
    """The categories of logs that a resource offers. Raises ArmError and StepFailed."""
    path = f"{whole(id_)}/providers/Microsoft.Insights/diagnosticSettingsCategories"
    rows = arm.rows(path, SETTINGS_VERSION, SETTINGS_STEP)
    found = ((row.get("name"), part(row, "properties").get("categoryType")) for row in rows)
    return [name for name, kind in found if isinstance(name, str) and kind == "Logs"]


def log_settings(arm: Arm, id_: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The name and the properties of each diagnostic setting. Raises ArmError and StepFailed."""
    path = f"{whole(id_)}/providers/Microsoft.Insights/diagnosticSettings"
    return [(str(row.get("name")), part(row, "properties")) for row in arm.rows(path, SETTINGS_VERSION, SETTINGS_STEP)]


def put_log_setting(arm: Arm, id_: str, name: str, body: Mapping[str, Any]) -> None:
    """Make or replace a diagnostic setting. Raises ArmError and StepFailed."""
    arm.change("PUT", f"{id_}/providers/Microsoft.Insights/diagnosticSettings/{name}", SETTINGS_VERSION, body)


def delete_log_setting(arm: Arm, id_: str, name: str) -> None:
    """Delete a diagnostic setting. Raises ArmError and StepFailed."""
    arm.change("DELETE", f"{id_}/providers/Microsoft.Insights/diagnosticSettings/{name}", SETTINGS_VERSION)


def workspaces(arm: Arm, subscription: str) -> list[Workspace]:
    """The Log Analytics workspaces of a subscription. Raises ArmError and StepFailed."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.OperationalInsights/workspaces"
    found = []
    for row in arm.rows(path, WORKSPACES_VERSION, WORKSPACES_STEP):
        id_, name = row.get("id"), row.get("name")
        if isinstance(id_, str) and isinstance(name, str):
            parts = id_.split("/")
            customer = part(row, "properties").get("customerId")
            group = parts[4] if len(parts) > 4 else ""
            location = str(row.get("location") or "")
            found.append(Workspace(id_, name, group, customer if isinstance(customer, str) else "", location))
    return found
