"""Alert rules and plans for them, as a person, a program and a table read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from azext_iotdiag.knowledge.access import MANAGER_REFUSES
from azext_iotdiag.model import exit_codes
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
    Tried,
    Write,
)
from azext_iotdiag.model.finding import fail
from azext_iotdiag.model.log_setting import Action, Workspace
from azext_iotdiag.render import alerts as render

HUB = "plant.azure-devices.net"
WRITE = Write(Action.CREATE, "/rules/connected", "2018-03-01", {"a": 1})
PROPOSAL = Proposal(7, 1, 14.0, (Tried(3.5, 12), Tried(7, 1), Tried(1_200, 0)))
RULE = PlannedRule("connected", RuleKind.METRIC, "fewer than 7 devices", Action.CREATE, WRITE, PROPOSAL)
DYNAMIC = replace(RULE, name="messages", kind=RuleKind.DYNAMIC, says="fewer messages than usual", proposal=None)
STAYING = PlannedRule("connected", RuleKind.METRIC, "fewer than 7 devices")
GROUP = Write(Action.CREATE, "/groups/iot-diag", "2023-01-01", {})
PLAN = AlertPlan("/hubs/plant", (RULE,))
DELETED = replace(RULE, action=Action.DELETE, write=replace(WRITE, action=Action.DELETE, body=None), proposal=None)
REMOVAL = replace(PLAN, rules=(DELETED,), own_group=OwnGroup("iot-diag"))
GONE = replace(GROUP, action=Action.DELETE, body=None)
EVENTS = (
    EventSubscription("to-queue", ("Microsoft.Devices.DeviceConnected", "Microsoft.Devices.DeviceDisconnected"), "Q"),
    EventSubscription("all", (), "WebHook"),
)
REFUSED = fail(MANAGER_REFUSES, "the login may not")


def troubled(trouble: AlertTrouble, **more: Any) -> PlannedAlerts:
    return PlannedAlerts(HUB, AlertPlan("/hubs/plant", trouble=trouble, **more))


PLANS = {
    "to make a rule": PlannedAlerts(HUB, PLAN, events=EVENTS),
    "made one rule": PlannedAlerts(HUB, replace(PLAN, told="ops@example.com"), done=1, events=()),
    "made a group and two rules": PlannedAlerts(HUB, replace(PLAN, rules=(RULE, DYNAMIC), group=GROUP), done=3),
    "made a group and three rules": PlannedAlerts(
        HUB, replace(PLAN, rules=(RULE, DYNAMIC, replace(DYNAMIC, name="quota")), group=GROUP), done=4
    ),
    "a rule of one device": PlannedAlerts(
        HUB, replace(PLAN, device="pump", workspace=Workspace("/w/logs", "logs", "rg")), events=EVENTS[1:]
    ),
    "two changes of three": PlannedAlerts(HUB, replace(PLAN, rules=(RULE, DYNAMIC), group=GROUP), REFUSED, done=2),
    "refused": PlannedAlerts(HUB, failure=REFUSED),
    "refused after the plan": PlannedAlerts(HUB, PLAN, REFUSED, done=1),
    "nothing known": PlannedAlerts(HUB),
    "nothing to make": PlannedAlerts(HUB, replace(PLAN, rules=(STAYING,), told="the group ops"), events=()),
    "nothing to delete": PlannedAlerts(HUB, replace(PLAN, rules=())),
    "only the group is amended": PlannedAlerts(
        HUB, replace(PLAN, rules=(STAYING,), group=replace(GROUP, action=Action.AMEND)), done=1
    ),
    "a value of no day": PlannedAlerts(HUB, replace(PLAN, rules=(replace(RULE, proposal=Proposal(7, 0, 0)),))),
    "values of 46 h": PlannedAlerts(HUB, replace(PLAN, rules=(replace(RULE, proposal=Proposal(7, 2, 46 / 24)),))),
    "values of 1.95 days": PlannedAlerts(HUB, replace(PLAN, rules=(replace(RULE, proposal=Proposal(7, 2, 1.95)),))),
    "to delete": PlannedAlerts(HUB, REMOVAL),
    "deleted, and the group is used by one rule": PlannedAlerts(
        HUB, replace(REMOVAL, own_group=OwnGroup("iot-diag", ("theirs",))), done=1
    ),
    "deleted, and the group is used by two rules": PlannedAlerts(
        HUB, replace(REMOVAL, own_group=OwnGroup("iot-diag", ("theirs", "mine"))), done=1
    ),
    "deleted, and only a resource group could be read": PlannedAlerts(
        HUB, replace(REMOVAL, own_group=OwnGroup("iot-diag", searched="rg")), done=1
    ),
    "deleted with the group": PlannedAlerts(HUB, replace(REMOVAL, group=GONE), done=2),
    "only the group is deleted": PlannedAlerts(HUB, replace(REMOVAL, rules=(), group=GONE), done=1),
    "no history": troubled(AlertTrouble.NO_HISTORY, about="connected"),
    "no rhythm": troubled(AlertTrouble.NO_RHYTHM, about="messages"),
    "no quota": troubled(AlertTrouble.NO_QUOTA, about="quota"),
    "an unknown group": troubled(AlertTrouble.GROUP_UNKNOWN, choices=("ops", "night")),
    "an unknown group, and there is none": troubled(AlertTrouble.GROUP_UNKNOWN),
    "several groups": troubled(AlertTrouble.SEVERAL_GROUPS, choices=("/a/ops", "/b/ops")),
    "no logs": troubled(AlertTrouble.NO_LOGS),
    "a workspace of others": troubled(AlertTrouble.WORKSPACE_FOREIGN, about="/w/logs"),
}
METRIC = AlertRule(
    "/rules/1", "connected", RuleKind.METRIC, "fewer than 7 devices", severity=2, groups=("/g/ops", "/g/b")
)
CLASSIC = AlertRule("", "old", RuleKind.CLASSIC)
LISTS = {
    "a rule": RuleList(HUB, (METRIC,)),
    "of this tool, and not known to fire": RuleList(HUB, (replace(METRIC, own=True, fires=False, groups=()),)),
    "fires": RuleList(HUB, (METRIC, replace(METRIC, name="quota", fires=True))),
    "two fire": RuleList(HUB, (replace(METRIC, fires=True), replace(METRIC, name="quota", fires=True))),
    "off": RuleList(HUB, (replace(METRIC, enabled=False),)),
    "none": RuleList(HUB),
    "only a classic one": RuleList(HUB, (CLASSIC,)),
    "a classic one beside another": RuleList(HUB, (CLASSIC, METRIC)),
    "events, and a part": RuleList(HUB, (METRIC,), EVENTS, "rg", ("Event Grid: refused",)),
    "refused": RuleList(HUB, (METRIC,), EVENTS, "rg", failure=REFUSED),
}


def test_golden(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for name, result in PLANS.items():
        before = [f"  (before) {line}" for line in render.planned(result)]
        told += [f"== {name}", *before, *render.lines(result)]
    for name, found in LISTS.items():
        told += [f"== list: {name}", *render.list_lines(found)]
    golden("alerts_shown.txt", "\n".join(told) + "\n")


def test_golden_json(golden: Callable[[str, str], None]) -> None:
    told: dict[str, Any] = {name: render.data(result, dry_run=False) for name, result in PLANS.items()}
    told |= {f"list: {name}": render.list_data(found) for name, found in LISTS.items()}
    golden("alerts_shown.json", json.dumps(told, indent=1, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("name", ["refused", "nothing known", "nothing to make", "nothing to delete", "no logs"])
def test_there_is_nothing_to_decide(name: str) -> None:
    assert list(render.planned(PLANS[name])) == []


def test_a_dry_run_is_told() -> None:
    assert [render.data(PLANS["to make a rule"], dry_run=each)["dryRun"] for each in (True, False)] == [True, False]


def test_it_is_asked_in_one_sentence() -> None:
    assert render.question() == "Go on?"


def test_the_rows_of_a_table() -> None:
    rows = [tuple(row.values()) for row in render.table(render.list_data(LISTS["fires"]))]
    assert rows == [
        (render.list_answer(LISTS["fires"]), None, None, None),
        ("connected", "metric", "fewer than 7 devices", ""),
        ("quota", "metric", "fewer than 7 devices", "fires"),
    ]
    planned = render.table(render.data(PLANS["to make a rule"], dry_run=True))
    assert [row["State"] for row in planned] == [None, "create"]


def test_exit_codes() -> None:
    assert {name: each.exit_code for name, each in LISTS.items() if each.exit_code} == {
        "refused": exit_codes.UNDETERMINED
    }
    found = {name: PLANS[name].exit_code for name in ("refused", "nothing known", "no logs", "made one rule")}
    assert list(found.values()) == [
        exit_codes.UNDETERMINED, exit_codes.UNDETERMINED, exit_codes.PROBLEM, exit_codes.HEALTHY,
    ]  # fmt: skip


def test_a_service_steers_no_terminal() -> None:
    hostile = replace(METRIC, name="\x1b[31m", says="\x1b[0m", groups=("\x1b[1m",))
    found = RuleList(HUB, (hostile,), (EventSubscription("\x1b[2m", (), "\x1b[3m"),), "\x1b[4m", ("\x1b[5m",))
    assert "\x1b" not in "\n".join(render.list_lines(found))
