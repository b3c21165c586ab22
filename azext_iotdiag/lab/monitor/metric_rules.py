"""Metric alerts: what a rule compares, read from its properties.

https://learn.microsoft.com/rest/api/monitor/metric-alerts/create-or-update
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from azext_iotdiag.lab.monitor import definitions
from azext_iotdiag.lab.net import bindings

FREQUENCIES = {"PT1M": 60, "PT5M": 300, "PT15M": 900, "PT30M": 1800, "PT1H": 3600}
WINDOWS = {**FREQUENCIES, "PT6H": 21_600, "PT12H": 43_200, "P1D": 86_400}
SINGLE = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
MULTIPLE = "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria"
DYNAMIC = "DynamicThresholdCriterion"
_STATIC = "StaticThresholdCriterion"
OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "Equals": operator.eq,
    "GreaterThan": operator.gt,
    "GreaterThanOrEqual": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqual": operator.le,
}
_DYNAMIC_OPERATORS = ("GreaterThan", "LessThan", "GreaterOrLessThan")
_SENSITIVITIES = ("Low", "Medium", "High")
_MOST_CRITERIA = 5


class Criterion(NamedTuple):
    """What is compared. `threshold` is None where it is dynamic, which needs days of values to learn from."""

    name: str
    metric: str
    aggregation: str
    operator: str
    threshold: float | None

    def is_met(self, value: float) -> bool:
        """Whether a value is one to alert about; a dynamic threshold, which a lab does not learn, never."""
        return self.threshold is not None and OPERATORS[self.operator](value, self.threshold)


class MetricRule(NamedTuple):
    """A metric alert. `every` and `window` are in seconds; `groups` are the ids of its action groups."""

    scopes: tuple[str, ...]
    every: int
    window: int
    criteria: tuple[Criterion, ...]
    groups: tuple[str, ...]
    enabled: bool
    resolves: bool
    severity: int


def read(properties: Mapping[str, Any]) -> MetricRule:
    """The rule of these properties. Raises ValueError, with what is wrong."""
    criteria = _object(properties.get("criteria"), "criteria")
    kind = criteria.get("odata.type")
    if kind not in (SINGLE, MULTIPLE):
        raise ValueError(f"'odata.type' of the criteria is neither {SINGLE} nor {MULTIPLE}")
    rows = _list(criteria.get("allOf"), "allOf")
    if not 1 <= len(rows) <= _MOST_CRITERIA:
        raise ValueError(f"'allOf' has 1 to {_MOST_CRITERIA} criteria")
    severity = bindings.whole(properties.get("severity"), "'severity'")
    if severity is None or not 0 <= severity <= 4:
        raise ValueError("'severity' is a number from 0 to 4")
    actions = [_object(each, "actions") for each in _list(properties.get("actions") or [], "actions")]
    return MetricRule(
        tuple(_text(each, "scopes") for each in _list(properties.get("scopes"), "scopes")),
        _seconds(properties, "evaluationFrequency", FREQUENCIES),
        _seconds(properties, "windowSize", WINDOWS),
        tuple(_criterion(_object(row, "allOf"), dynamic=kind == MULTIPLE) for row in rows),
        tuple(_text(each.get("actionGroupId"), "actionGroupId") for each in actions),
        bindings.truth(properties.get("enabled"), "'enabled'") is not False,
        bindings.truth(properties.get("autoMitigate"), "'autoMitigate'") is not False,
        severity,
    )


def _criterion(row: Mapping[str, Any], *, dynamic: bool) -> Criterion:
    kind = row.get("criterionType") or _STATIC
    if kind not in (_STATIC, DYNAMIC) or (kind == DYNAMIC and not dynamic):
        raise ValueError(f"'criterionType' {kind!r} does not fit the criteria's 'odata.type'")
    asked = _text(row.get("metricName"), "metricName")
    metric = next((each.name for each in definitions.HUB if each.name.lower() == asked.lower()), "")
    if not metric:
        raise ValueError(f"the metric '{asked}' is not known for {definitions.NAMESPACE}")
    aggregation = _text(row.get("timeAggregation"), "timeAggregation")
    if aggregation not in definitions.AGGREGATIONS:
        raise ValueError(f"'timeAggregation' is one of {', '.join(definitions.AGGREGATIONS)}")
    compared = _text(row.get("operator"), "operator")
    if compared not in (_DYNAMIC_OPERATORS if kind == DYNAMIC else OPERATORS):
        raise ValueError(f"the operator '{compared}' is not supported")
    return Criterion(_text(row.get("name"), "name"), metric, aggregation, compared, _threshold(row, kind == DYNAMIC))


def _threshold(row: Mapping[str, Any], dynamic: bool) -> float | None:
    if not dynamic:
        threshold = bindings.number(row.get("threshold"), "'threshold'")
        if threshold is None:
            raise ValueError("'threshold' is missing")
        return float(threshold)
    if row.get("alertSensitivity") not in _SENSITIVITIES:
        raise ValueError(f"'alertSensitivity' is one of {', '.join(_SENSITIVITIES)}")
    periods = _object(row.get("failingPeriods"), "failingPeriods")
    looked = bindings.number(periods.get("numberOfEvaluationPeriods"), "'numberOfEvaluationPeriods'")
    failing = bindings.number(periods.get("minFailingPeriodsToAlert"), "'minFailingPeriodsToAlert'")
    if looked is None or failing is None or not 1 <= failing <= looked <= 6:
        raise ValueError("'failingPeriods' has from 1 to 6 periods, of which no more can fail")
    return None


def _seconds(properties: Mapping[str, Any], name: str, known: Mapping[str, int]) -> int:
    value = properties.get(name)
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"'{name}' is one of {', '.join(known)}")
    return known[value]


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"'{what}' is an object")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"'{what}' is an array")
    return value


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"'{what}' is a text")
    return value
