"""Rules that alert where devices or messages are lost: their bodies, and what is planned for them.

https://learn.microsoft.com/rest/api/monitor/metric-alerts/create-or-update
https://learn.microsoft.com/rest/api/monitor/action-groups/create-or-update
https://learn.microsoft.com/rest/api/monitor/scheduled-query-rules/create-or-update
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from azext_iotdiag.insights import metrics
from azext_iotdiag.model import hub_metrics
from azext_iotdiag.model.alert import AlertRule, PlannedRule, RuleKind, Write
from azext_iotdiag.model.log_setting import Action

# Azure/azure-rest-api-specs, specification/monitor/resource-manager/Microsoft.Insights
METRIC_VERSION, GROUP_VERSION, LOG_VERSION = "2018-03-01", "2021-09-01", "2023-12-01"
OWN = "az-iot-diag"  # what the names of this tool's rules begin with, and the name of its action group
TAGS = {"created-by": OWN}
_MADE_BY = f"; made by {OWN}"
SHORT_NAME = "iot-diag"  # at most 12 characters
_SINGLE = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
_MULTIPLE = "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria"
_SEVERITY = 2  # a warning
_PERIODS = {"numberOfEvaluationPeriods": 4, "minFailingPeriodsToAlert": 4}
_UNUSUAL = re.compile(r"[^A-Za-z0-9._-]")
_LOG_WINDOW = "PT6H"  # how far back the last connection is looked for


class AlertSubject(NamedTuple):
    """What a rule can look at: its metric, and when that is a reason to alert."""

    metric: str
    aggregation: str
    operator: str
    says: str


SUBJECTS = {
    "connected-devices": AlertSubject(metrics.CONNECTED, "Average", "LessThan", "connected devices"),
    "throttled": AlertSubject(hub_metrics.THROTTLED, "Total", "GreaterThan", "throttling errors"),
    "dropped": AlertSubject(hub_metrics.DROPPED, "Total", "GreaterThan", "messages dropped by routing"),
    "orphaned": AlertSubject(hub_metrics.ORPHANED, "Total", "GreaterThan", "messages that no route took"),
    "incompatible": AlertSubject(hub_metrics.INVALID, "Total", "GreaterThan", "messages that did not fit an endpoint"),
    "quota": AlertSubject(metrics.QUOTA_USED, "Maximum", "GreaterThan", "messages of the day's quota"),
}
DEVICES, QUOTA = "connected-devices", "quota"
_WORDS = {"LessThan": "fewer than", "GreaterThan": "more than"}


def said(subject: AlertSubject, threshold: float | None, sensitivity: str = "") -> str:
    """The condition in words."""
    if threshold is None:
        return f"unusually {'few' if subject.operator == 'LessThan' else 'many'} {subject.says} ({sensitivity})"
    return f"{_WORDS[subject.operator]} {threshold:,g} {subject.says} in 5 min"


def rule_id(hub: str, name: str, type_: str) -> str:
    """The id of a rule in the resource group of the hub."""
    return f"{hub.partition('/providers/')[0]}/providers/Microsoft.Insights/{type_}/{name}"


def metric_name(hub: str, on: str) -> str:
    """The name of the rule that looks at a subject."""
    return f"{OWN}-{hub.rpartition('/')[2]}-{on}"


def device_name(hub: str, device: str) -> str:
    """The name of the rule of a device. Characters that a name cannot hold are replaced, and told apart by a hash."""
    plain = _UNUSUAL.sub("_", device)
    apart = "" if plain == device else f"-{hashlib.sha256(device.encode()).hexdigest()[:8]}"
    return f"{OWN}-{hub.rpartition('/')[2]}-device-{plain}{apart}"


def metric_body(hub: str, on: str, threshold: float | None, sensitivity: str, group: str) -> dict[str, Any]:
    """A metric alert. Without a threshold it is learned, with this sensitivity."""
    subject = SUBJECTS[on]
    criterion: dict[str, Any] = {
        "criterionType": "DynamicThresholdCriterion" if threshold is None else "StaticThresholdCriterion",
        "name": on,
        "metricNamespace": "Microsoft.Devices/IotHubs",
        "metricName": subject.metric,
        "operator": subject.operator,
        "timeAggregation": subject.aggregation,
    }
    if threshold is None:
        criterion |= {"alertSensitivity": sensitivity.capitalize(), "failingPeriods": dict(_PERIODS)}
    else:
        criterion["threshold"] = threshold
    return {
        "location": "global",
        "tags": dict(TAGS),
        "properties": {
            "description": f"{said(subject, threshold, sensitivity)}{_MADE_BY}",
            "severity": _SEVERITY,
            "enabled": True,
            "scopes": [hub],
            "evaluationFrequency": "PT5M" if threshold is None else "PT1M",
            "windowSize": "PT5M",
            "criteria": {"odata.type": _MULTIPLE if threshold is None else _SINGLE, "allOf": [criterion]},
            "autoMitigate": True,
            "actions": [{"actionGroupId": group}] if group else [],
        },
    }


def log_body(hub: str, device: str, minutes: int, workspace: str, location: str, group: str) -> dict[str, Any]:
    """A log alert about one device."""
    return {
        "location": location,
        "kind": "LogAlert",
        "tags": dict(TAGS),
        "properties": {
            "displayName": device_name(hub, device),
            "description": f"{device} has not connected again within {minutes} min{_MADE_BY}",
            "severity": _SEVERITY,
            "enabled": True,
            "scopes": [workspace],
            "evaluationFrequency": "PT5M",
            "windowSize": _LOG_WINDOW,
            "criteria": {
                "allOf": [
                    {
                        "query": query(hub, device, minutes),
                        "timeAggregation": "Count",
                        "operator": "GreaterThan",
                        "threshold": 0,
                        "failingPeriods": {"numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1},
                    }
                ]
            },
            "autoMitigate": True,
            "actions": {"actionGroups": [group] if group else []},
        },
    }


def query(hub: str, device: str, minutes: int) -> str:
    """A row where the last that is known of the device is a disconnection, which is older than that.

    A renewal of a token disconnects, too, and is followed by a connection. So only what comes last counts. A connection
    that was refused is no connection.
    """
    return "\n".join(
        (
            "union isfuzzy=true AzureDiagnostics",
            f"| where ResourceId =~ {_quoted(hub)} and Category == 'Connections'",
            "| where OperationName == 'deviceDisconnect'",
            "    or (OperationName == 'deviceConnect' and (isempty(ResultType) or ResultType == '0'))",
            f"| where tostring(parse_json(properties_s).deviceId) == {_quoted(device)}",
            "| summarize arg_max(TimeGenerated, OperationName)",
            f"| where OperationName == 'deviceDisconnect' and TimeGenerated < ago({minutes}m)",
        )
    )


def _quoted(text: str) -> str:
    """A text as KQL writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def group_body(known: Mapping[str, Any] | None, emails: Sequence[str]) -> dict[str, Any] | None:
    """The action group of this tool with these addresses among its receivers; None where it has them already."""
    properties = dict(known.get("properties") or {}) if known is not None else {}
    receivers = [each for each in properties.get("emailReceivers") or () if isinstance(each, Mapping)]
    has = {str(each.get("emailAddress")).lower() for each in receivers}
    lacking = [each for each in dict.fromkeys(emails) if each.lower() not in has]
    if known is not None and not lacking:
        return None
    more = [{"name": each, "emailAddress": each, "useCommonAlertSchema": True} for each in lacking]
    kept = {name: value for name, value in properties.items() if value not in (None, [])}
    return {
        "location": "Global",
        "tags": {**(dict(known.get("tags") or {}) if known is not None else {}), **TAGS},
        "properties": {"groupShortName": SHORT_NAME, "enabled": True, **kept,
                       "emailReceivers": [*map(dict, receivers), *more]},
    }  # fmt: skip


def planned(id_: str, body: Mapping[str, Any], known: Mapping[str, Any] | None, rule: PlannedRule) -> PlannedRule:
    """The rule with what must be sent: nothing where the service has it like that already."""
    version = LOG_VERSION if rule.kind is RuleKind.LOG else METRIC_VERSION
    if known is None:
        return replace(rule, action=Action.CREATE, write=Write(Action.CREATE, id_, version, body))
    if _covers(known.get("properties") or {}, body["properties"]):
        return rule
    return replace(rule, action=Action.AMEND, write=Write(Action.AMEND, id_, version, body))


def _covers(known: Any, wanted: Any) -> bool:
    """Whether all that is wanted is known with the same value. The case of texts does not matter: ids change it."""
    if isinstance(wanted, Mapping):
        return isinstance(known, Mapping) and all(_covers(known.get(name), each) for name, each in wanted.items())
    if isinstance(wanted, list):
        same = isinstance(known, list) and len(known) == len(wanted)
        return same and all(_covers(own, each) for own, each in zip(known, wanted))
    if isinstance(wanted, str):
        return isinstance(known, str) and known.lower() == wanted.lower()
    return bool(known == wanted)


def threshold_of(known: Mapping[str, Any] | None) -> float | None:
    """The static threshold of a metric alert that is there; None where it has none."""
    rows = ((known or {}).get("properties") or {}).get("criteria", {}).get("allOf") or []
    value = rows[0].get("threshold") if rows and isinstance(rows[0], Mapping) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def rule(row: Mapping[str, Any]) -> AlertRule:
    """A rule in the answer of the service, of any kind."""
    properties = row.get("properties") or {}
    id_, name, tags = str(row.get("id") or ""), str(row.get("name") or ""), row.get("tags") or {}
    is_log = "/scheduledqueryrules/" in id_.lower()
    criteria = (properties.get("criteria") or {}).get("allOf") or ()
    rows = [each for each in criteria if isinstance(each, Mapping)]
    dynamic = any(each.get("criterionType") == "DynamicThresholdCriterion" for each in rows)
    kind = RuleKind.LOG if is_log else RuleKind.DYNAMIC if dynamic else RuleKind.METRIC
    severity = properties.get("severity")
    return AlertRule(
        id_,
        name,
        kind,
        _described(properties) if is_log else "; ".join(_condition(each) for each in rows),
        properties.get("enabled") is not False,
        severity if isinstance(severity, int) else None,
        tuple(_groups(properties)),
        isinstance(tags, Mapping) and tags.get("created-by") == OWN,
    )


def _described(properties: Mapping[str, Any]) -> str:
    """What a log alert says of itself: its query is long."""
    text = str(properties.get("description") or properties.get("displayName") or "a query")
    return text.removesuffix(_MADE_BY)


def _condition(row: Mapping[str, Any]) -> str:
    threshold = row.get("threshold", f"learned ({row.get('alertSensitivity')})")
    return f"{row.get('timeAggregation')} {row.get('metricName')} {row.get('operator')} {threshold}"


def _groups(properties: Mapping[str, Any]) -> list[str]:
    actions = properties.get("actions")
    if isinstance(actions, Mapping):
        return [str(each) for each in actions.get("actionGroups") or ()]
    return [str(each.get("actionGroupId")) for each in actions or () if isinstance(each, Mapping)]


def looks_at(row: Mapping[str, Any], hub: str) -> bool:
    """Whether a rule looks at a hub: its scope is the hub, or its query names it."""
    properties = row.get("properties") or {}
    scopes = [str(each).lower() for each in properties.get("scopes") or ()]
    queries = (each.get("query") for each in (properties.get("criteria") or {}).get("allOf") or ()
               if isinstance(each, Mapping))  # fmt: skip
    return hub.lower() in scopes or any(hub.lower() in str(each).lower() for each in queries if each)
