"""`alert create`, `alert list` and `alert delete`: which rules look at a hub, and what is planned for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.clients import alert_rules as client
from azext_iotdiag.clients import azure_monitor
from azext_iotdiag.clients.arm import Arm, ArmError
from azext_iotdiag.insights import alert_rules, log_settings, thresholds
from azext_iotdiag.insights.alert_rules import GROUP_VERSION, LOG_VERSION, METRIC_VERSION, SUBJECTS
from azext_iotdiag.model.alert import (
    AlertPlan,
    AlertRule,
    AlertTrouble,
    AlertWanted,
    EventSubscription,
    OwnGroup,
    PlannedAlerts,
    PlannedRule,
    Proposal,
    RuleKind,
    RuleList,
    Write,
)
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.log_setting import Action, Workspace
from azext_iotdiag.model.metrics import ShownMetric as WantedMetric
from azext_iotdiag.probes import manager, quota
from azext_iotdiag.probes.context import Context

HISTORY_DAYS = 14
WHOLE_SECONDS = 14.0  # every command answers within 15 s where a service stays silent
_DAY = 86_400_000
_CHANGE_STEP = "the change of the alert rules"
_TYPES = ("metricAlerts", METRIC_VERSION), ("scheduledQueryRules", LOG_VERSION)


class _NoPlan(Exception):
    """Nothing can be planned; the plan says why."""

    def __init__(self, plan: AlertPlan):
        super().__init__(plan.trouble)
        self.plan = plan


def to_create(context: Context, wanted: AlertWanted) -> PlannedAlerts:
    """The plan for the rules that are asked for."""

    def planned(arm: Arm, id_: str) -> AlertPlan:
        group, change, told = _group(arm, id_, wanted)
        if wanted.device:
            rules, workspace = _of_device(arm, id_, wanted, group)
        else:
            rules, workspace = _of_metrics(context, arm, id_, wanted, group), None
        return AlertPlan(id_, rules, change, told, wanted.device, workspace=workspace)

    return _planned(context, planned)


def to_delete(context: Context, names: Sequence[str], *, with_group: bool = False) -> PlannedAlerts:
    """The plan to delete the rules of this tool that look at the hub: those of these names, or all.

    `with_group` asks for the deletion of the action group of this tool, too, where no other rule uses it.
    """
    asked = {each.lower() for each in names}

    def planned(arm: Arm, id_: str) -> AlertPlan:
        rows, searched = _rows(arm, id_)
        rules = [alert_rules.rule(row) for row in rows if alert_rules.looks_at(row, id_)]
        own = [each for each in rules if each.own and (not asked or each.name.lower() in asked)]
        gone = tuple(
            PlannedRule(each.name, each.kind, each.says, Action.DELETE, Write(Action.DELETE, each.id, _version(each)))
            for each in own
        )
        left = {each.id.lower() for each in own}
        others = [each for each in map(alert_rules.rule, rows) if each.id.lower() not in left]
        group, write = _own_group(arm, id_, others, searched)
        return AlertPlan(id_, gone, write if with_group else None, own_group=group)

    return _planned(context, planned)


def carry_out(context: Context, planned: PlannedAlerts) -> PlannedAlerts:
    """Do what was planned, one write after the other. What was done before a refusal stays."""
    done = 0
    try:
        with manager.asked(context, _CHANGE_STEP) as (arm, _):
            for write in planned.plan.writes if planned.plan is not None else ():
                client.carry_out(arm, write)
                done += 1
    except StepFailed as failed:
        return replace(planned, failure=finding_of(Service.MANAGER, failed.failure), done=done)
    return replace(planned, done=done)


def listed(context: Context) -> RuleList:
    """The rules that look at the hub, and the event subscriptions to it."""
    host = context.resource.host if context.resource is not None else ""
    try:
        with manager.asked(context, client.RULES_STEP) as (arm, id_):
            rules, group = _rules(arm, id_)
            rules = [_with_state(arm, each) for each in rules]
            found = RuleList(host, (*rules, *_classic(arm, id_, group)), group=group)
            return _with_events(arm, id_, found)
    except StepFailed as failed:
        return RuleList(host, failure=finding_of(Service.MANAGER, failed.failure))


def _planned(context: Context, made: Callable[[Arm, str], AlertPlan]) -> PlannedAlerts:
    host = context.resource.host if context.resource is not None else ""
    try:
        with manager.asked(context, client.RULES_STEP) as (arm, id_):
            plan = made(arm, id_)
            return PlannedAlerts(host, plan, events=_events_or_none(arm, id_))
    except _NoPlan as no:
        return PlannedAlerts(host, no.plan)
    except StepFailed as failed:
        return PlannedAlerts(host, failure=finding_of(Service.MANAGER, failed.failure))


def _events_or_none(arm: Arm, id_: str) -> tuple[EventSubscription, ...] | None:
    """The event subscriptions; None where they cannot be read: the plan does not depend on them."""
    try:
        return tuple(client.event_subscriptions(arm, id_))
    except ArmError:
        return None


def _of_metrics(context: Context, arm: Arm, id_: str, wanted: AlertWanted, group: str) -> tuple[PlannedRule, ...]:
    histories = _histories(context, arm, id_, wanted)
    made = []
    for on in wanted.on:
        name = alert_rules.metric_name(id_, on)
        own_id = alert_rules.rule_id(id_, name, "metricAlerts")
        known = client.found(arm, own_id, METRIC_VERSION)
        before = alert_rules.threshold_of(known)
        proposal, threshold = None, wanted.threshold
        if not wanted.sensitivity and threshold is None:
            # A rule that is there keeps its threshold. So a second run changes nothing.
            proposal = None if before is not None else _proposal(context, id_, on, histories[on])
            threshold = proposal.threshold if proposal is not None else before
        kind = RuleKind.DYNAMIC if wanted.sensitivity else RuleKind.METRIC
        says = alert_rules.said(SUBJECTS[on], threshold, wanted.sensitivity)
        body = alert_rules.metric_body(id_, on, threshold, wanted.sensitivity, group or _group_of(known))
        rule = PlannedRule(name, kind, says, proposal=proposal or _counted(on, threshold, histories[on]))
        made.append(alert_rules.planned(own_id, body, known, rule))
    return tuple(made)


def _histories(context: Context, arm: Arm, id_: str, wanted: AlertWanted) -> dict[str, tuple[float | None, ...]]:
    """The values of five minutes of each metric."""
    until = round(context.now() * 1000)
    asked = [WantedMetric(SUBJECTS[on].metric, on, SUBJECTS[on].aggregation) for on in wanted.on]
    found = {}
    for each in asked:  # one at a time: a request has one aggregation
        (series,) = azure_monitor.metrics(arm, id_, [each], until - HISTORY_DAYS * _DAY, until, "PT5M")
        found[each.shown] = tuple(point.value for point in series.points)
    return found


def _proposal(context: Context, id_: str, on: str, values: tuple[float | None, ...]) -> Proposal:
    if on == alert_rules.DEVICES:
        proposal, why = thresholds.for_devices(values), AlertTrouble.NO_RHYTHM
    elif on == alert_rules.QUOTA:
        proposal, why = _of_quota(context, values), AlertTrouble.NO_QUOTA
    else:
        # A metric of errors without any value has counted none.
        proposal, why = thresholds.for_errors(values) or Proposal(0.0, 0, 0.0), AlertTrouble.NO_HISTORY
    if proposal is None:
        nothing = not any(value is not None for value in values)
        trouble = AlertTrouble.NO_HISTORY if nothing and on == alert_rules.DEVICES else why
        raise _NoPlan(AlertPlan(id_, trouble=trouble, about=on))
    return proposal


def _of_quota(context: Context, values: tuple[float | None, ...]) -> Proposal | None:
    read = quota.measure(context, context.clock() + WHOLE_SECONDS, {})
    return thresholds.for_quota(values, read.most_messages) if read is not None else None


def _counted(on: str, threshold: float | None, values: tuple[float | None, ...]) -> Proposal | None:
    """How often a threshold that was typed, or is there, would have fired."""
    if threshold is None:
        return None
    met = thresholds.below if SUBJECTS[on].operator == "LessThan" else thresholds.above
    return Proposal(threshold, thresholds.firings(values, threshold, met), thresholds.days(values))


def _of_device(arm: Arm, id_: str, wanted: AlertWanted, group: str) -> tuple[tuple[PlannedRule, ...], Workspace]:
    workspace = _workspace(arm, id_)
    name = alert_rules.device_name(id_, wanted.device)
    own_id = alert_rules.rule_id(id_, name, "scheduledQueryRules")
    known = client.found(arm, own_id, LOG_VERSION)
    group = group or _group_of(known)
    body = alert_rules.log_body(id_, wanted.device, wanted.minutes, workspace.id, workspace.location, group)
    says = f"{wanted.device} has not connected again {wanted.minutes} min after its last connection ended"
    return (alert_rules.planned(own_id, body, known, PlannedRule(name, RuleKind.LOG, says)),), workspace


def _workspace(arm: Arm, id_: str) -> Workspace:
    """The workspace that gets the connections of the hub."""
    offered = azure_monitor.log_categories(arm, id_)
    settings = [log_settings.setting(name, said, offered) for name, said in azure_monitor.log_settings(arm, id_)]
    ids = [each.workspace for each in settings if each.workspace and log_settings.CONNECTIONS in each.categories]
    if not ids:
        raise _NoPlan(AlertPlan(id_, trouble=AlertTrouble.NO_LOGS))
    row = client.found(arm, ids[0], azure_monitor.WORKSPACES_VERSION)
    if row is None:
        raise _NoPlan(AlertPlan(id_, trouble=AlertTrouble.WORKSPACE_FOREIGN, about=ids[0]))
    return Workspace(str(row.get("id")), str(row.get("name")), ids[0].split("/")[4], "", str(row.get("location")))


def _group(arm: Arm, id_: str, wanted: AlertWanted) -> tuple[str, Write | None, str]:
    """The id of the action group that is told, the change of it, and who that is in words."""
    if wanted.emails:
        own = alert_rules.rule_id(id_, alert_rules.OWN, "actionGroups")
        known = client.found(arm, own, GROUP_VERSION)
        body = alert_rules.group_body(known, wanted.emails)
        action = Action.CREATE if known is None else Action.AMEND
        write = Write(action, own, GROUP_VERSION, body) if body is not None else None
        return own, write, f"{', '.join(wanted.emails)} (action group {alert_rules.OWN})"
    if not wanted.group or wanted.group.startswith("/"):
        return wanted.group, None, wanted.group.rpartition("/")[2]
    rows = [*client.rows(arm, "/".join(id_.split("/")[:3]), "actionGroups", GROUP_VERSION)]
    found = [str(row["id"]) for row in rows if str(row.get("name")).lower() == wanted.group.lower()]
    if len(found) == 1:
        return found[0], None, wanted.group
    trouble = AlertTrouble.SEVERAL_GROUPS if found else AlertTrouble.GROUP_UNKNOWN
    choices = tuple(found) or tuple(str(row.get("name")) for row in rows)
    raise _NoPlan(AlertPlan(id_, trouble=trouble, about=wanted.group, choices=choices))


def _own_group(arm: Arm, id_: str, others: Sequence[AlertRule], searched: str) -> tuple[OwnGroup | None, Write | None]:
    """The action group of this tool, and its deletion where no other rule uses it."""
    own_id = alert_rules.rule_id(id_, alert_rules.OWN, "actionGroups")
    known = client.found(arm, own_id, GROUP_VERSION)
    if known is None or not alert_rules.rule(known).own:
        return None, None
    users = [each.name for each in others if own_id.lower() in map(str.lower, each.groups)]
    group = OwnGroup(alert_rules.OWN, tuple(users), searched)
    return group, Write(Action.DELETE, own_id, GROUP_VERSION) if group.unused else None


def _group_of(known: Mapping[str, Any] | None) -> str:
    """The action group of a rule that is there."""
    groups = alert_rules.rule(known).groups if known is not None else ()
    return groups[0] if groups else ""


def _rules(arm: Arm, id_: str) -> tuple[list[AlertRule], str]:
    """The rules that look at the hub, and the resource group that alone could be searched."""
    rows, searched = _rows(arm, id_)
    return [alert_rules.rule(row) for row in rows if alert_rules.looks_at(row, id_)], searched


def _rows(arm: Arm, id_: str) -> tuple[list[dict[str, Any]], str]:
    """All rules of the subscription, or of the resource group that is named then, which alone could be searched."""
    parts = id_.split("/")
    try:
        return _among(arm, "/".join(parts[:3])), ""
    except ArmError as error:
        if error.status != 403:
            raise
    return _among(arm, "/".join(parts[:5])), parts[4]


def _among(arm: Arm, scope: str) -> list[dict[str, Any]]:
    return [row for type_, version in _TYPES for row in client.rows(arm, scope, type_, version)]


def _version(rule: AlertRule) -> str:
    return LOG_VERSION if rule.kind is RuleKind.LOG else METRIC_VERSION


def _with_state(arm: Arm, rule: AlertRule) -> AlertRule:
    if rule.kind is RuleKind.LOG or not rule.enabled:
        return rule
    return replace(rule, fires=client.fires(arm, rule.id, METRIC_VERSION))


def _classic(arm: Arm, id_: str, group: str) -> Iterator[AlertRule]:
    scope = "/".join(id_.split("/")[: 5 if group else 3])
    for name, tags in client.classic(arm, scope):
        # A classic rule names its resource in a tag of this form.
        if any(str(tag).lower() == f"hidden-link:{id_}".lower() for tag in tags):
            yield AlertRule("", name, RuleKind.CLASSIC)


def _with_events(arm: Arm, id_: str, found: RuleList) -> RuleList:
    try:
        return replace(found, events=tuple(client.event_subscriptions(arm, id_)))
    except ArmError as error:
        return replace(found, unread=(f"The event subscriptions could not be read: {error}",))
