"""Alert rules of a hub and what is planned for them, as text for a person, as data, and as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azext_iotdiag.model.alert import (
    AlertPlan,
    AlertRule,
    AlertTrouble,
    EventSubscription,
    OwnGroup,
    PlannedAlerts,
    PlannedRule,
    Proposal,
    RuleKind,
    RuleList,
)
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.log_setting import Action
from azext_iotdiag.render.event import printable

VERSION = 1
_ROLE = "Monitoring Contributor"
_DONE = {
    Action.CREATE: "was made", Action.AMEND: "was amended", Action.DELETE: "was deleted",
    Action.NOTHING: "stays as it is",
}  # fmt: skip
_WILL = {
    Action.CREATE: "will be made", Action.AMEND: "will be amended", Action.DELETE: "will be deleted",
    Action.NOTHING: "stays as it is",
}  # fmt: skip
_EVENTS = "DeviceConnected and DeviceDisconnected"
_EVENTS_PAGE = "https://learn.microsoft.com/azure/iot-hub/iot-hub-event-grid"
_NO_ADDRESS = "  No address is notified: the alert shows in the portal alone. Add --email ADDRESS."
_TROUBLE = {
    AlertTrouble.NO_HISTORY: "The metric has no value in the last 14 days, so no threshold can be proposed.",
    AlertTrouble.NO_RHYTHM: "In half of the last 14 days less than one device was connected. No threshold fits that.",
    AlertTrouble.NO_QUOTA: "The hub shows no limit of messages a day, so no threshold can be proposed.",
    AlertTrouble.GROUP_UNKNOWN: "There is no action group of this name in the subscription.",
    AlertTrouble.SEVERAL_GROUPS: "Several action groups of the subscription have this name.",
    AlertTrouble.NO_LOGS: "The connections of this hub are not logged. An alert about one device needs that log.",
    AlertTrouble.WORKSPACE_FOREIGN: "The workspace with the connections of this hub cannot be read.",
}


def planned(result: PlannedAlerts) -> Iterator[str]:
    """The plan, before anything is changed. Nothing where there is nothing to decide."""
    plan = result.plan
    if plan is None or not plan.writes:
        return
    yield f"{counted(len(plan.writes), 'change')} for the alerts of {result.host}:"
    yield from _contents(plan, _WILL, result.host)


def question() -> str:
    """What is asked before the change."""
    return "Go on?"


def answer(result: PlannedAlerts) -> str:
    """The result in one line."""
    plan = result.plan
    if result.failure is not None or plan is None:
        why = result.failure.message if result.failure is not None else "nothing is known"
        done = f" {counted(result.done, 'change')} had been carried out." if result.done else ""
        return printable(f"? The alert rules could not be read or changed: {why}.{done}")
    if plan.trouble is not None:
        return printable(f"× {_TROUBLE[plan.trouble]}")
    if not plan.writes:
        nothing = "has no such rule of this tool" if not plan.rules else "has these rules already"
        return printable(f"√ {result.host} {nothing}. Nothing was changed.")
    if result.done == len(plan.writes):
        rules = [each for each in plan.rules if each.write is not None]
        if not rules:
            return printable(f"√ The action group {plan.writes[0].name} {_DONE[plan.writes[0].action]}.")
        done = _DONE[rules[0].action]
        if len(rules) == 1:
            return printable(f"√ The rule {rules[0].name} {done}.")
        others = counted(len(rules) - 1, "more rule")
        return printable(f"√ The rule {rules[0].name} and {others} {done.replace('was ', 'were ')}.")
    changes = counted(len(plan.writes), "change")
    return printable(f"! Nothing was changed. {changes} would be carried out without --dry-run.")


def lines(result: PlannedAlerts) -> Iterator[str]:
    """The result for a person."""
    yield answer(result)
    plan = result.plan
    if result.failure is not None or plan is None:
        yield f"  Changing alert rules takes the role {_ROLE} at the resource group of the hub."
        return
    if plan.trouble is not None:
        yield from (printable(f"  → {step}") for step in _advice(plan, result.host))
        return
    yield from _contents(plan, _DONE if result.done else _WILL, result.host)
    if any(each.action is not Action.DELETE for each in plan.rules):
        yield from _limits(plan, result)


def _contents(plan: AlertPlan, became: Mapping[Action, str], host: str) -> Iterator[str]:
    if plan.group is None and plan.own_group is not None:
        yield from map(printable, _staying(plan.own_group, host))
    if plan.group is not None:
        yield printable(f"  The action group {plan.group.name} {became[plan.group.action]}.")
    for each in plan.rules:
        yield printable(f"  {each.name} {became[each.action]}: {each.says}")
        if each.proposal is not None:
            yield from _history(each.proposal)
    if plan.rules and plan.rules[0].action is not Action.DELETE:
        yield printable(f"  Notifies: {plan.told}" if plan.told else
                        _NO_ADDRESS)  # fmt: skip
    if plan.workspace is not None:
        yield printable(f"  Workspace: {plan.workspace.name}")


def _staying(group: OwnGroup, host: str) -> Iterator[str]:
    """Why the action group of this tool stays, and how it can be deleted."""
    stays = f"  The action group {group.name} stays."
    if group.users:
        use = "uses it" if len(group.users) == 1 else "use it"
        yield f"{stays} {counted(len(group.users), 'rule')} {use}: {', '.join(group.users)}"
    elif group.searched:
        yield f"{stays} You may read the rules of the resource group {group.searched} alone."
    else:
        yield f"{stays} No other metric alert or log alert uses it."
        yield (
            f"  → Delete it, too: `az iot diag alert delete --hub-name {host.partition('.')[0]} --with-action-group`"
        )


def _history(proposal: Proposal) -> Iterator[str]:
    if not proposal.days:
        yield "    The metric has no value of the last 14 days."
        return
    yield f"    It would have fired {counted(proposal.times, 'time')} in {_days(proposal.days)} of values."
    others = [each for each in proposal.tried if each.threshold != proposal.threshold]
    if others:
        tried = ", ".join(f"{each.threshold:,g} ({counted(each.times, 'time')})" for each in others)
        yield f"    Other thresholds: {tried}. Choose one with --threshold."


def _days(days: float) -> str:
    return f"{days:.0f} days" if days >= 1.95 else f"{days * 24:.1f} h"


def _limits(plan: AlertPlan, result: PlannedAlerts) -> Iterator[str]:
    """What such a rule does not see."""
    hub = result.host.partition(".")[0]
    if plan.device:
        yield "  Rows of the log arrive 3 to 10 min late, and can be missing. Renewals of tokens do not count."
        yield "  Log Analytics charges for each evaluation of the rule."
    else:
        yield "  A metric counts the devices or messages of the whole hub. The alert does not say which device it is."
        yield printable(f"  → For one device: `az iot diag alert create --hub-name {hub} --device-id DEVICE`")
        if any(each.kind is RuleKind.DYNAMIC for each in plan.rules):
            yield "  A dynamic threshold learns for 3 days and 30 values, a weekly rhythm for 3 weeks."
    yield f"  For production, Azure documents Event Grid first: the events {_EVENTS}. See {_EVENTS_PAGE}"
    yield from _known_events(result.events)


def _known_events(events: tuple[EventSubscription, ...] | None) -> Iterator[str]:
    if events is None:
        yield "  The event subscriptions of the hub could not be read."
        return
    having = [each.name for each in events if any("Disconnected" in name for name in each.events)]
    yield printable(f"  Event subscriptions with DeviceDisconnected: {', '.join(having) or 'none'}")


def _advice(plan: AlertPlan, host: str) -> Iterator[str]:
    hub = host.partition(".")[0]
    if plan.trouble in (AlertTrouble.NO_HISTORY, AlertTrouble.NO_RHYTHM, AlertTrouble.NO_QUOTA):
        yield f"Name one: repeat the command with --on {plan.about} --threshold NUMBER"
    elif plan.trouble is AlertTrouble.GROUP_UNKNOWN:
        yield f"Action groups that are there: {', '.join(plan.choices) or 'none'}"
        yield "Or name an address: --email ADDRESS"
    elif plan.trouble is AlertTrouble.SEVERAL_GROUPS:
        yield from (f"Name one by its id: --action-group {each}" for each in plan.choices)
    elif plan.trouble is AlertTrouble.NO_LOGS:
        yield f"Collect them: `az iot diag logs enable --hub-name {hub}`"
    else:
        yield f"Ask for the role Reader at {plan.about}."


def data(result: PlannedAlerts, *, dry_run: bool) -> dict[str, Any]:
    """The result as data, of a schema that only grows."""
    plan = result.plan
    return {
        "version": VERSION,
        "answer": answer(result),
        "host": result.host,
        "dryRun": dry_run,
        "carriedOut": bool(plan is not None and plan.writes and result.done == len(plan.writes)),
        "done": result.done,
        "trouble": plan.trouble.value if plan is not None and plan.trouble is not None else None,
        "told": plan.told if plan is not None else "",
        "rules": [_planned_rule(each) for each in plan.rules] if plan is not None else [],
        "writes": [
            {"action": each.action.value, "id": each.id, "apiVersion": each.version, "body": each.body}
            for each in (plan.writes if plan is not None else ())
        ],
        "eventSubscriptions": [_event(each) for each in result.events] if result.events is not None else None,
        "ownActionGroup": _own_group(plan),
    }


def _own_group(plan: AlertPlan | None) -> dict[str, Any] | None:
    """The action group of this tool, where rules are deleted."""
    if plan is None or plan.own_group is None:
        return None
    action = plan.group.action if plan.group is not None else Action.NOTHING
    return {"name": plan.own_group.name, "action": action.value, "usedBy": list(plan.own_group.users)}


def _planned_rule(each: PlannedRule) -> dict[str, Any]:
    proposal = each.proposal
    return {
        "name": each.name,
        "kind": each.kind.value,
        "action": each.action.value,
        "condition": each.says,
        "threshold": proposal.threshold if proposal is not None else None,
        "wouldHaveFired": proposal.times if proposal is not None else None,
        "days": round(proposal.days, 2) if proposal is not None else None,
        "tried": [{"threshold": tried.threshold, "times": tried.times} for tried in proposal.tried] if proposal else [],
    }


def list_answer(found: RuleList) -> str:
    """Which rules there are, in one line."""
    if found.failure is not None:
        return printable(f"? The alert rules of {found.host} could not be read: {found.failure.message}.")
    firing = [each.name for each in found.rules if each.fires]
    if firing:
        fire = "fires" if len(firing) == 1 else "fire"
        return printable(f"! {counted(len(firing), 'rule')} of {found.host} {fire} now: {', '.join(firing)}.")
    if not found.rules:
        return f"! No alert rule looks at {found.host}."
    return f"√ {counted(len(found.rules), 'alert rule')} for {found.host}. None is known to fire now."


def list_lines(found: RuleList) -> Iterator[str]:
    """The rules for a person."""
    yield list_answer(found)
    if found.failure is not None:
        return
    for each in found.rules:
        yield printable(f"  {each.name}: {_words(each)}")
    for event in found.events:
        names = ", ".join(name.rpartition(".")[2] for name in event.events) or "all events"
        yield printable(f"  Event Grid, {event.name}: {names} to {event.destination}")
    yield from (printable(f"  ? {each}") for each in found.unread)
    if found.group:
        yield printable(f"  You may read the resource group {found.group} alone. Rules elsewhere are not listed.")
    if any(each.kind is RuleKind.CLASSIC for each in found.rules):
        yield "  ! Azure has retired classic rules, and they no longer fire. Make new ones in their place."
    if not any(each.kind is not RuleKind.CLASSIC for each in found.rules):
        yield printable(f"  → Make one: `az iot diag alert create --hub-name {found.host.partition('.')[0]}`")


def _words(each: AlertRule) -> str:
    if each.kind is RuleKind.CLASSIC:
        return "a classic rule"
    state = "off" if not each.enabled else "fires now" if each.fires else ""
    groups = ", ".join(name.rpartition("/")[2] for name in each.groups) or "no action group"
    parts = [each.says, f"notifies {groups}", state, "made by this tool" if each.own else ""]
    return "; ".join(part for part in parts if part)


def list_data(found: RuleList) -> dict[str, Any]:
    """The same as data."""
    return {
        "version": VERSION,
        "answer": list_answer(found),
        "host": found.host,
        "rules": [
            {
                "name": each.name,
                "id": each.id or None,
                "kind": each.kind.value,
                "condition": each.says,
                "enabled": each.enabled,
                "severity": each.severity,
                "actionGroups": list(each.groups),
                "own": each.own,
                "fires": each.fires,
            }
            for each in found.rules
        ],
        "eventSubscriptions": [_event(each) for each in found.events],
        "onlyResourceGroup": found.group or None,
        "unread": list(found.unread),
    }


def _event(each: EventSubscription) -> dict[str, Any]:
    return {"name": each.name, "events": list(each.events), "destination": each.destination}


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table`: the answer first, then each rule."""
    rows = [
        {"Rule": each["name"], "Kind": each["kind"], "Condition": each["condition"],
         "State": each.get("action") or ("fires" if each.get("fires") else "")}
        for each in result["rules"]
    ]  # fmt: skip
    return [{"Rule": result["answer"], "Kind": None, "Condition": None, "State": None}, *rows]
