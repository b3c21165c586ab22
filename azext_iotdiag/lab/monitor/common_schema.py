"""The common alert schema, which a webhook of an action group is sent.

https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema
"""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.audit.log import iso
from azext_iotdiag.lab.monitor import definitions
from azext_iotdiag.lab.monitor.metric_rules import MetricRule
from azext_iotdiag.lab.monitor.metrics import MINUTE
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, Resource, Subscription

FIRED, RESOLVED = "Fired", "Resolved"


def of_metric(
    subscription: Subscription,
    resource: Resource,
    rule: MetricRule,
    values: list[float],
    alert: str,
    now: float,
    condition: str,
) -> dict[str, Any]:
    """What a metric alert says. `condition` is FIRED or RESOLVED."""
    properties = resource.properties
    end = now // MINUTE * MINUTE
    targets = [each.lower() for each in rule.scopes]
    when = {"firedDateTime": iso(now)} if condition == FIRED else {"resolvedDateTime": iso(now)}
    essentials = {
        "alertId": f"{subscription.path}/providers/Microsoft.AlertsManagement/alerts/{alert}",
        "alertRule": resource.name,
        "alertRuleID": subscription.id_of(resource),
        "targetResourceType": HUB_TYPE.lower(),
        "severity": f"Sev{rule.severity}",
        "signalType": "Metric",
        "monitorCondition": condition,
        "monitoringService": "Platform",
        "alertTargetIDs": targets,
        "configurationItems": [each.rpartition("/")[2] for each in targets],
        "originAlertId": alert,
        **when,
        "description": str(properties.get("description") or ""),
        "essentialsVersion": "1.0",
        "alertContextVersion": "1.0",
    }
    criteria = [
        {
            "metricName": each.metric,
            "metricNamespace": definitions.NAMESPACE,
            "operator": each.operator,
            "threshold": f"{each.threshold:g}" if each.threshold is not None else None,
            "timeAggregation": each.aggregation,
            "dimensions": [],
            "metricValue": value,
        }
        for each, value in zip(rule.criteria, values)
    ]
    context = {
        "properties": None,
        "conditionType": str(properties["criteria"]["odata.type"]).rpartition(".")[2],
        "condition": {
            "windowSize": properties["windowSize"],
            "allOf": criteria,
            "windowStartTime": iso(end - rule.window),
            "windowEndTime": iso(end),
        },
    }
    return {
        "schemaId": "azureMonitorCommonAlertSchema",
        "data": {"essentials": essentials, "alertContext": context, "customProperties": None},
    }
