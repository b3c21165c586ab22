"""Alert rules and action groups as resources of the lab's resource manager."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.keep.document import of_lab, to_lab
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.tenant.tenant import GROUP
from tests.lab.net.test_odd_shapes import variants
from tests.plugins.lab_requests import arm

VERSIONS = {"metricAlerts": "2018-03-01", "scheduledQueryRules": "2023-12-01", "actionGroups": "2021-09-01"}


class Played:
    """A lab, and the bodies of rules that it takes."""

    def __init__(self):
        self.state = new_lab(clock=lambda: 1_800_000_000.0)
        self.group = f"{self.state.tenant.subscriptions[0].path}/resourceGroups/{GROUP}"
        self.hub = f"{self.group}/providers/Microsoft.Devices/IotHubs/lab-hub"
        self.workspace = f"{self.group}/providers/Microsoft.OperationalInsights/workspaces/lab-logs"
        self.told = f"{self.group}/providers/Microsoft.Insights/actionGroups/people"

    def ask(self, kind, name="", method="GET", role="Owner", version="", within="", **more):
        path = f"{within or self.group}/providers/Microsoft.Insights/{kind}{'/' + name if name else ''}"
        return arm(self.state, path, method=method, role=role, version=version or VERSIONS[kind], **more)

    def put(self, kind, name, body, **more):
        return self.ask(kind, name, "PUT", body=body, **more)

    def people(self, **properties):
        receiver = {"name": "ops", "emailAddress": "ops@example.com", "useCommonAlertSchema": True}
        body = {"groupShortName": "people", "enabled": True, "emailReceivers": [receiver], **properties}
        return {"location": "Global", "properties": body}

    def metric(self, **properties):
        criterion = {
            "criterionType": "StaticThresholdCriterion", "name": "few", "metricName": "connectedDeviceCount",
            "metricNamespace": "Microsoft.Devices/IotHubs", "operator": "LessThan", "threshold": 2,
            "timeAggregation": "Average",
        }  # fmt: skip
        body = {
            "severity": 2, "enabled": True, "scopes": [self.hub], "evaluationFrequency": "PT1M", "windowSize": "PT5M",
            "criteria": {"odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
                         "allOf": [criterion]},
            "actions": [{"actionGroupId": self.told}], **properties,
        }  # fmt: skip
        return {"location": "global", "properties": body}

    def log(self, **properties):
        body = {
            "severity": 2, "enabled": True, "scopes": [self.workspace], "evaluationFrequency": "PT5M",
            "windowSize": "PT6H", "actions": {"actionGroups": [self.told]},
            "criteria": {"allOf": [{"query": "AzureDiagnostics", "operator": "GreaterThan", "threshold": 0,
                                    "timeAggregation": "Count"}]}, **properties,
        }  # fmt: skip
        return {"location": "westeurope", "kind": "LogAlert", "properties": body}


@pytest.fixture
def played():
    played = Played()
    assert played.put("actionGroups", "people", played.people()).status == 201
    return played


def test_what_was_sent_is_shown_and_listed(played):
    for kind, body in (("metricAlerts", played.metric()), ("scheduledQueryRules", played.log())):
        assert played.put(kind, "mine", {**body, "tags": {"a": "b"}}).status in (200, 201)
        shown = played.ask(kind, "MINE").body
        assert shown["properties"] == body["properties"] and shown["tags"] == {"a": "b"}
        assert shown["location"] == body["location"] and shown["id"].endswith(f"{kind}/mine")
        for within in (played.group, played.state.tenant.subscriptions[0].path):
            assert [row["name"] for row in played.ask(kind, within=within).body["value"]] == ["mine"]
        assert played.put(kind, "mine", body).status == 200 and played.ask(kind, "mine").body["tags"] == {}
        assert played.ask(kind, "mine", "DELETE").status == 204 and played.ask(kind, "mine").status == 404
    assert played.ask("actionGroups", "people").body["properties"]["webhookReceivers"] == []


def test_a_patch_changes_what_it_names(played):
    played.put("metricAlerts", "mine", played.metric())
    assert played.ask("metricAlerts", "mine", "PATCH", body={"properties": {"enabled": False}}).status == 200
    shown = played.ask("metricAlerts", "mine").body
    assert shown["properties"]["enabled"] is False and shown["properties"]["severity"] == 2
    assert shown["location"] == "global"


def dynamic(**fields):
    periods = {"numberOfEvaluationPeriods": 4, "minFailingPeriodsToAlert": 4}
    row = {"criterionType": "DynamicThresholdCriterion", "name": "few", "metricName": "connectedDeviceCount",
           "operator": "LessThan", "alertSensitivity": "Medium", "failingPeriods": periods,
           "timeAggregation": "Average", **fields}  # fmt: skip
    return {"odata.type": "Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria", "allOf": [row]}


def test_a_dynamic_threshold_has_a_sensitivity_and_periods(played):
    assert played.put("metricAlerts", "d", played.metric(criteria=dynamic())).status == 200
    for wrong in ({"alertSensitivity": "Fierce"}, {"failingPeriods": {}}, {"operator": "Equals"}):
        assert played.put("metricAlerts", "x", played.metric(criteria=dynamic(**wrong))).status == 400, wrong


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ({"severity": 7}, "'severity' is a number from 0 to 4"),
        ({"windowSize": "PT2M"}, "'windowSize' is one of PT1M"),
        ({"scopes": ["/subscriptions/x"]}, "was not found"),
        ({"actions": [{"actionGroupId": "/nobody"}]}, "'/nobody' was not found"),
        ({"criteria": {"odata.type": "x", "allOf": []}}, "'odata.type'"),
    ],
)
def test_a_wrong_metric_alert_is_refused(played, properties, says):
    refused = played.put("metricAlerts", "x", played.metric(**properties))
    assert refused.status in (400, 404) and says in refused.body["error"]["message"]


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ({"windowSize": "PT1M"}, "no shorter than"),
        ({"windowSize": "soon"}, "a time such as PT5M"),
        ({"scopes": []}, "the id of one resource"),
        ({"criteria": {"allOf": [{"query": " "}]}}, "has a query"),
    ],
)
def test_a_wrong_log_alert_is_refused(played, properties, says):
    refused = played.put("scheduledQueryRules", "x", played.log(**properties))
    assert refused.status == 400 and says in refused.body["error"]["message"]


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ({"groupShortName": "much-too-long-a-name"}, "1 to 12 characters"),
        ({"emailReceivers": [{"name": "a", "emailAddress": "nobody"}]}, "is no address"),
        ({"webhookReceivers": [{"name": "ops", "serviceUri": "http://127.0.0.1:1"}]}, "two receivers have one name"),
        ({"webhookReceivers": [{"name": "w", "serviceUri": "ftp://127.0.0.1:1"}]}, "no address of the web"),
    ],
)
def test_a_wrong_action_group_is_refused(played, properties, says):
    refused = played.put("actionGroups", "x", played.people(**properties))
    assert refused.status == 400 and says in refused.body["error"]["message"]


def test_odd_values_are_refused_and_never_a_mistake_of_the_lab(played):
    for kind, body in (
        ("metricAlerts", played.metric()), ("metricAlerts", played.metric(criteria=dynamic())),
        ("scheduledQueryRules", played.log()), ("actionGroups", played.people()),
    ):  # fmt: skip
        for odd in variants(body):
            assert played.put(kind, "odd", odd).status in (200, 201, 400, 404), odd


def test_names_locations_and_versions(played):
    assert "holds none of" in str(played.put("metricAlerts", "a%26b", played.metric()).body)
    assert played.put("metricAlerts", "x", {"properties": {}}).body["error"]["code"] == "LocationRequired"
    assert played.ask("metricAlerts", version="2016-01-01").status == 400
    assert played.ask("metricAlerts", "x", "PUT", role="Reader", body={}).status == 403


def test_a_group_that_a_rule_uses_stays(played):
    played.put("metricAlerts", "m", played.metric())
    assert played.ask("actionGroups", "people", "DELETE").status == 409
    played.ask("metricAlerts", "m", "DELETE")
    played.put("scheduledQueryRules", "l", played.log())
    assert played.ask("actionGroups", "people", "DELETE").status == 409
    played.ask("scheduledQueryRules", "l", "DELETE")
    assert played.ask("actionGroups", "people", "DELETE").status == 204


def test_rules_are_kept_with_the_lab(played):
    name = played.state.hub.name
    played.put("metricAlerts", name, played.metric())  # of the hub's own name
    again = to_lab(of_lab(played.state), clock=lambda: 1_800_000_000.0)
    played.state = again
    assert played.ask("metricAlerts", name).body["properties"] == played.metric()["properties"]
    assert again.tenant.path_of(again.hub) == played.hub
