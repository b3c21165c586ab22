"""Alert rules and action groups as resources: they are kept as they were sent, where the service would take them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from azext_iotdiag.lab.audit.log import iso
from azext_iotdiag.lab.monitor import action_groups, log_rules, metric_rules
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, missing, not_allowed, values
from azext_iotdiag.lab.tenant.tenant import (
    ACTION_GROUP_TYPE,
    HUB_TYPE,
    LOG_ALERT_TYPE,
    METRIC_ALERT_TYPE,
    WORKSPACE_TYPE,
    Resource,
    Subscription,
)

# https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-troubleshoot-metric#metric-alert-rule-names
_FORBIDDEN = re.compile(r"[*#&+:<>?@%{}\\/]")
_LONGEST_NAME = 260


def _judge_metric(call: Call, properties: Mapping[str, Any]) -> None:
    rule = metric_rules.read(properties)
    for scope in rule.scopes:
        _judge_there(call, scope, HUB_TYPE)
    for group in rule.groups:
        _judge_there(call, group, ACTION_GROUP_TYPE)


def _judge_log(call: Call, properties: Mapping[str, Any]) -> None:
    log_rules.judge(properties)
    _judge_there(call, properties["scopes"][0], WORKSPACE_TYPE, HUB_TYPE)
    for group in (properties.get("actions") or {}).get("actionGroups") or ():
        _judge_there(call, group, ACTION_GROUP_TYPE)


def _judge_group(_call: Call, properties: Mapping[str, Any]) -> None:
    action_groups.read(properties)


_JUDGES: dict[str, Callable[[Call, Mapping[str, Any]], None]] = {
    METRIC_ALERT_TYPE: _judge_metric,
    LOG_ALERT_TYPE: _judge_log,
    ACTION_GROUP_TYPE: _judge_group,
}


def show(resource: Resource, subscription: Subscription, _lab: Any) -> dict[str, Any]:
    """A rule or an action group."""
    absent = action_groups.EMPTY if resource.type == ACTION_GROUP_TYPE else {}
    return {
        "id": subscription.id_of(resource),
        "name": resource.name,
        "type": resource.type,
        "location": resource.location,
        "tags": resource.tags,
        "properties": {**absent, **resource.properties},
    }


def creator(type_: str) -> Callable[[Call, Subscription, str, str], Resource]:
    """What makes a resource of a type."""

    def create(call: Call, subscription: Subscription, group: str, name: str) -> Resource:
        if _FORBIDDEN.search(name) or len(name) > _LONGEST_NAME:
            raise _bad(f"The name '{name}' is not allowed: it holds none of * # & + : < > ? @ % {{ }} \\ /.")
        made = Resource(type_, name, group)
        update(call, made)
        subscription.resources.append(made)
        return made

    return create


def update(call: Call, resource: Resource) -> None:
    """Take over what was sent: all of it, or with PATCH what is in it. Raises Refusal."""
    body = call.body()
    properties, tags, location = body.get("properties"), body.get("tags"), body.get("location")
    whole = call.method == "PUT"
    if not isinstance(properties, dict) and (whole or properties is not None):
        raise _bad("The request has no properties.")
    merged = {**({} if whole else resource.properties), **(properties or {})}
    if whole and (not isinstance(location, str) or not location):
        raise Refusal(400, "LocationRequired", "The location property is required for this definition.")
    try:
        _JUDGES[resource.type](call, merged)
    except ValueError as wrong:
        raise _bad(f"{wrong}.") from None
    resource.properties = merged
    resource.location = location if whole and isinstance(location, str) else resource.location
    if isinstance(tags, dict) or whole:
        resource.tags = {str(name): str(value) for name, value in (tags if isinstance(tags, dict) else {}).items()}


def remove(call: Call, subscription: Subscription, resource: Resource) -> None:
    """End a rule or a group. An action group that a rule uses stays. Raises Refusal."""
    id_ = subscription.id_of(resource)
    if resource.type == ACTION_GROUP_TYPE and (rules := [each.name for each in using(subscription, id_)]):
        raise Refusal(409, "ActionGroupInUse", f"The action group '{resource.name}' is used by '{rules[0]}'.")
    subscription.resources.remove(resource)
    call.lab.fired.pop(id_.lower(), None)


def using(subscription: Subscription, group: str) -> list[Resource]:
    """The rules that tell an action group."""
    rules = [*subscription.find(METRIC_ALERT_TYPE), *subscription.find(LOG_ALERT_TYPE)]
    return [each for each in rules if group.lower() in (named.lower() for named in _groups(each))]


def _groups(rule: Resource) -> list[str]:
    if rule.type == METRIC_ALERT_TYPE:
        return list(metric_rules.read(rule.properties).groups)
    return list((rule.properties.get("actions") or {}).get("actionGroups") or ())


def inside(call: Call, resource: Resource, path: str, rest: list[str]) -> Answer:
    """Whether a metric alert fires now.

    https://learn.microsoft.com/rest/api/monitor/metric-alerts-status/list
    """
    if resource.type != METRIC_ALERT_TYPE or [part.lower() for part in rest] != ["status"]:
        raise missing(call, (), rest)
    if call.method != "GET":
        raise not_allowed(call)
    call.demand("Microsoft.Insights/MetricAlerts/Status/read", path)
    state = call.lab.fired.get(path.lower())
    if state is None:
        return values([])
    properties = {
        "dimensions": {},
        "status": "Unhealthy" if state.since is not None else "Healthy",
        "timestamp": iso(state.looked),
    }
    return values([{"name": resource.name, "id": f"{path}/status/{resource.name}", "type": f"{METRIC_ALERT_TYPE}/"
                    "status", "properties": properties}])  # fmt: skip


def _judge_there(call: Call, id_: str, *types: str) -> None:
    """A rule names resources that are there."""
    known = (
        subscription.id_of(each).lower()
        for subscription in call.lab.tenant.subscriptions
        for type_ in types
        for each in subscription.find(type_)
    )
    if id_.lower().rstrip("/") not in set(known):
        raise Refusal(404, "ResourceNotFound", f"The resource '{id_}' was not found.")


def _bad(message: str) -> Refusal:
    return Refusal(400, "BadRequest", message)
