"""Log alerts (scheduled query rules): stored when they are right. A lab has no engine for their queries.

https://learn.microsoft.com/rest/api/monitor/scheduled-query-rules/create-or-update
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from azext_iotdiag.lab.net import bindings

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_OPERATORS = ("Equals", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual")
_MOST_DAYS = 2


def judge(properties: Mapping[str, Any]) -> None:
    """Raises ValueError for what the service refuses."""
    scopes = properties.get("scopes")
    if not isinstance(scopes, list) or len(scopes) != 1 or not isinstance(scopes[0], str):
        raise ValueError("'scopes' holds the id of one resource")
    severity = bindings.whole(properties.get("severity"), "'severity'")
    if severity is None or not 0 <= severity <= 4:
        raise ValueError("'severity' is a number from 0 to 4")
    every, window = (_minutes(properties, name) for name in ("evaluationFrequency", "windowSize"))
    if not 1 <= every <= window <= _MOST_DAYS * 1440:
        raise ValueError("'windowSize' is no shorter than 'evaluationFrequency', and no longer than 2 days")
    criteria = properties.get("criteria")
    rows = criteria.get("allOf") if isinstance(criteria, dict) else None
    if not isinstance(rows, list) or not rows:
        raise ValueError("'criteria' has 'allOf', an array")
    for row in rows:
        _judge_criterion(row)
    actions = properties.get("actions") or {}
    groups = actions.get("actionGroups") or [] if isinstance(actions, dict) else None
    if not isinstance(groups, list) or not all(isinstance(each, str) for each in groups):
        raise ValueError("'actions' is an object whose 'actionGroups' are ids")


def _judge_criterion(row: Any) -> None:
    if not isinstance(row, dict) or not isinstance(row.get("query"), str) or not row["query"].strip():
        raise ValueError("each criterion has a query")
    if row.get("operator") not in _OPERATORS:
        raise ValueError(f"'operator' is one of {', '.join(_OPERATORS)}")
    if bindings.number(row.get("threshold"), "'threshold'") is None:
        raise ValueError("'threshold' is missing")


def _minutes(properties: Mapping[str, Any], name: str) -> int:
    value = properties.get(name)
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None or not any(found.groups()):
        raise ValueError(f"'{name}' is a time such as PT5M")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return days * 1440 + hours * 60 + minutes
