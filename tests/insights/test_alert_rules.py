"""The bodies of rules, their names, and what is sent where a rule is there already."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from azext_iotdiag.insights import alert_rules, metrics
from azext_iotdiag.insights.alert_rules import SUBJECTS
from azext_iotdiag.lab.monitor import action_groups, log_rules, metric_rules
from azext_iotdiag.model.alert import PlannedRule, RuleKind
from azext_iotdiag.model.log_setting import Action

HUB = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/hub"
GROUP = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/actionGroups/ops"
RULE = PlannedRule("name", RuleKind.METRIC, "says")


@pytest.mark.parametrize("on", SUBJECTS)
def test_every_body_is_one_that_the_service_takes(on: str) -> None:
    static = metric_rules.read(alert_rules.metric_body(HUB, on, 3.0, "", GROUP)["properties"])
    assert static.criteria[0].threshold == 3 and static.groups == (GROUP,) and static.scopes == (HUB,)
    dynamic = metric_rules.read(alert_rules.metric_body(HUB, on, None, "low", "")["properties"])
    assert dynamic.criteria[0].threshold is None and dynamic.groups == ()


def test_golden(golden: Callable[[str, str], None]) -> None:
    told = {
        on: [alert_rules.metric_body(HUB, on, 3.5, "", GROUP), alert_rules.metric_body(HUB, on, None, "low", "")]
        for on in SUBJECTS
    }
    told["device"] = [
        alert_rules.log_body(HUB, "pump", minutes, "/workspace", "westeurope", group)
        for minutes, group in ((30, GROUP), (5, ""))
    ]
    golden("alert_bodies.json", json.dumps(told, indent=1) + "\n")
    assert alert_rules.metric_name(HUB, "dropped") == f"{alert_rules.OWN}-hub-dropped"
    made = alert_rules.rule_id(HUB, "name", "metricAlerts")
    assert made == "/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/metricAlerts/name"


def test_every_subject_is_a_metric_that_is_shown() -> None:
    assert {each.metric for each in SUBJECTS.values()} <= {each.name for each in metrics.WANTED}


def test_a_log_alert_is_one_that_the_service_takes() -> None:
    body = alert_rules.log_body(HUB, "pump", 30, "/workspace", "westeurope", GROUP)
    log_rules.judge(body["properties"])
    query = body["properties"]["criteria"]["allOf"][0]["query"]
    assert 'deviceId) == "pump"' in query and "ago(30m)" in query and HUB in query


@pytest.mark.parametrize(
    ("device", "ending"), [("pump-7", "-device-pump-7"), ("a:b#c", "-device-a_b_c-"), ("a", "-device-a")]
)
def test_a_rule_of_a_device_has_a_name_that_is_allowed(device: str, ending: str) -> None:
    name = alert_rules.device_name(HUB, device)
    assert ending in name and not re.search(r"[*#&+:<>?@%{}\\/]", name)


def test_ids_that_look_alike_have_rules_of_their_own() -> None:
    assert len({alert_rules.device_name(HUB, each) for each in ("a:b", "a#b", "a_b")}) == 3


def test_an_id_cannot_leave_its_text_in_the_query() -> None:
    assert r'== "a\"b\\c"' in alert_rules.query(HUB, 'a"b\\c', 30)


def test_what_is_there_already_is_not_sent() -> None:
    body = alert_rules.metric_body(HUB, "dropped", 0.0, "", GROUP)
    shown = {"properties": {**body["properties"], "scopes": [HUB.upper()], "isMigrated": False}}
    assert alert_rules.planned("/id", body, shown, RULE).write is None
    made = alert_rules.planned("/id", body, None, RULE)
    assert made.action is Action.CREATE and made.write is not None and made.write.body is body
    other = alert_rules.metric_body(HUB, "dropped", 5.0, "", GROUP)
    assert alert_rules.planned("/id", other, shown, RULE).action is Action.AMEND
    off = {"properties": {**body["properties"], "enabled": False}}
    assert alert_rules.planned("/id", body, off, RULE).action is Action.AMEND


def test_addresses_are_added_to_the_action_group_and_all_else_stays() -> None:
    made = alert_rules.group_body(None, ["a@b.c", "a@b.c"])
    assert made is not None and len(made["properties"]["emailReceivers"]) == 1
    action_groups.read(made["properties"])
    assert alert_rules.group_body(made, ["A@B.C"]) is None
    by_hand = {"name": "hand", "emailAddress": "x@y.z", "useCommonAlertSchema": False}
    known = {"tags": {"cost": "1"}, "properties": {"groupShortName": "own", "enabled": False,
             "emailReceivers": [by_hand], "webhookReceivers": [{"name": "w"}], "smsReceivers": []}}  # fmt: skip
    more = alert_rules.group_body(known, ["a@b.c"])
    assert more is not None and more["properties"]["emailReceivers"][0] == by_hand
    assert more["properties"]["groupShortName"] == "own" and more["properties"]["enabled"] is False
    assert more["properties"]["webhookReceivers"] == [{"name": "w"}] and "smsReceivers" not in more["properties"]
    assert more["tags"] == {"cost": "1", "created-by": "az-iot-diag"}


def test_a_rule_is_read_as_the_service_shows_it() -> None:
    body = alert_rules.metric_body(HUB, "connected-devices", 5.0, "", GROUP)
    rule = alert_rules.rule({"id": "/x/metricAlerts/n", "name": "n", **body})
    assert (rule.kind, rule.own, rule.groups, rule.severity) == (RuleKind.METRIC, True, (GROUP,), 2)
    assert rule.says == "Average connectedDeviceCount LessThan 5.0"
    learned = alert_rules.metric_body(HUB, "connected-devices", None, "high", "")
    assert alert_rules.rule({"id": "/x/metricAlerts/n", **learned}).kind is RuleKind.DYNAMIC
    log = alert_rules.rule({"id": "/x/scheduledQueryRules/n", **alert_rules.log_body(HUB, "d", 30, "/w", "x", GROUP)})
    assert (log.kind, log.groups) == (RuleKind.LOG, (GROUP,))
    assert log.says == "d has not connected again within 30 min"
    assert alert_rules.rule({}).kind is RuleKind.METRIC and not alert_rules.rule({"tags": None}).own


def test_a_rule_looks_at_a_hub_by_its_scope_or_its_query() -> None:
    assert alert_rules.looks_at(alert_rules.metric_body(HUB, "dropped", 0.0, "", ""), HUB.upper())
    assert alert_rules.looks_at(alert_rules.log_body(HUB, "d", 30, "/w", "x", ""), HUB)
    assert not alert_rules.looks_at(alert_rules.log_body(HUB, "d", 30, "/w", "x", ""), HUB + "-2/x")
    assert not alert_rules.looks_at({}, HUB)


def test_the_threshold_of_a_rule_that_is_there() -> None:
    assert alert_rules.threshold_of(alert_rules.metric_body(HUB, "dropped", 7.0, "", "")) == 7
    assert alert_rules.threshold_of(alert_rules.metric_body(HUB, "dropped", None, "low", "")) is None
    assert alert_rules.threshold_of(None) is None and alert_rules.threshold_of({"properties": {}}) is None
