"""Metric alerts at work: when a rule is looked at, when it fires, and when it resolves.

A rule is stateful. It fires once, and resolves after three evaluations in which nothing is wrong.
https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-types#metric-alerts
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, NamedTuple

from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.monitor import action_groups, common_schema, metric_rules
from azext_iotdiag.lab.monitor.action_groups import Webhook
from azext_iotdiag.lab.monitor.metric_rules import MetricRule
from azext_iotdiag.lab.monitor.metrics import MINUTE, Metrics
from azext_iotdiag.lab.monitor.watched import WatchedRule
from azext_iotdiag.lab.tenant.tenant import ACTION_GROUP_TYPE, METRIC_ALERT_TYPE, Resource, Subscription

GOOD_TO_RESOLVE = 3


class Notice(NamedTuple):
    """What a webhook is to be sent."""

    rule: str
    webhook: Webhook
    body: dict[str, Any]


def look(lab: Lab) -> list[Notice]:
    """Look at each rule whose time has come, and say what is to be sent."""
    found: list[Notice] = []
    for subscription in lab.tenant.subscriptions:
        for resource in subscription.find(METRIC_ALERT_TYPE):
            found += _looked(lab, subscription, resource)
    return found


def _looked(lab: Lab, subscription: Subscription, resource: Resource) -> Iterator[Notice]:
    rule, now, id_ = metric_rules.read(resource.properties), lab.clock(), subscription.id_of(resource)
    watched = lab.fired.get(id_.lower())
    if not rule.enabled or (watched is not None and 0 <= now - watched.looked < rule.every):
        return
    watched = lab.fired.setdefault(id_.lower(), WatchedRule(now))
    watched.looked = now
    values = _values(lab, rule, now)
    if values is None:
        return
    changed = _judge(watched, rule, values, now)
    if not changed:
        return
    lab.audit.record("monitor", "alert", "accepted", who=resource.name, reason=_told(rule, values, changed))
    body = common_schema.of_metric(subscription, resource, rule, values, watched.alert, now, changed)
    yield from (Notice(resource.name, each, body) for each in _webhooks(lab, rule))


def _judge(watched: WatchedRule, rule: MetricRule, values: list[float], now: float) -> str:
    """ "Fired" or "Resolved", or nothing where the state stays."""
    if all(each.is_met(value) for each, value in zip(rule.criteria, values)):
        watched.good = 0
        if watched.since is None or not rule.resolves:
            watched.since, watched.alert = now, str(uuid.uuid4())
            return common_schema.FIRED
        return ""
    watched.good += 1
    if watched.since is None or watched.good < GOOD_TO_RESOLVE:
        return ""
    watched.since = None
    return common_schema.RESOLVED if rule.resolves else ""


def _values(lab: Lab, rule: MetricRule, now: float) -> list[float] | None:
    """The value of each criterion in the window up to now; None where one of them has none."""
    hub = next((each for each in lab.hubs if lab.tenant.path_of(each.hub).lower() == rule.scopes[0].lower()), None)
    if hub is None:
        return None
    end = int(now // MINUTE) * MINUTE
    found = [_value(hub.metrics, each.metric, each.aggregation, end - rule.window, end) for each in rule.criteria]
    known = [value for value in found if value is not None]
    return known if len(known) == len(found) else None


def _value(metrics: Metrics, name: str, aggregation: str, start: int, end: int) -> float | None:
    if not metrics.is_known(name):
        return None
    value: float | None = metrics.bucket(name, start, end)._asdict()[aggregation.lower()]
    return value


def _told(rule: MetricRule, values: list[float], changed: str) -> str:
    compared = (
        f"{each.metric} is {value:g} ({each.operator} {each.threshold:g})"
        for each, value in zip(rule.criteria, values)
        if each.threshold is not None
    )
    return f"{changed.lower()}: {', '.join(compared)}"


def _webhooks(lab: Lab, rule: MetricRule) -> Iterator[Webhook]:
    """The webhooks of the rule's action groups that are on."""
    wanted = {each.lower() for each in rule.groups}
    for subscription in lab.tenant.subscriptions:
        for resource in subscription.find(ACTION_GROUP_TYPE):
            if subscription.id_of(resource).lower() in wanted:
                group = action_groups.read(resource.properties)
                yield from group.webhooks if group.enabled else ()
