"""Diagnostic settings in the lab: made, shown, deleted, and refused as Azure refuses them."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.lab import new_lab
from tests.plugins.lab_requests import arm

VERSION = "2021-05-01-preview"


class Played:
    """A lab's hub, its provisioning service and its workspace."""

    def __init__(self):
        self.state = new_lab(clock=lambda: 1_800_000_000.0)
        (subscription,) = self.state.tenant.subscriptions
        by_type = {each.type.rpartition("/")[2]: subscription.id_of(each) for each in subscription.resources}
        self.hub, self.dps = by_type["IotHubs"], by_type["provisioningServices"]
        self.workspace, self.app = by_type["workspaces"], by_type["iotApps"]

    def ask(self, method="GET", name="", what="diagnosticSettings", of="", role="Owner", version=VERSION, body=None):
        path = f"{of or self.hub}/providers/Microsoft.Insights/{what}{'/' if name else ''}{name}"
        return arm(self.state, path, version=version, role=role, method=method, body=body or {})

    def put(self, name, *categories, workspace="", **more):
        logs = [{"category": each, "enabled": True} for each in categories]
        properties = {"workspaceId": workspace or self.workspace, "logs": logs, **more}
        return self.ask("PUT", name, body={"properties": properties})


@pytest.fixture
def played():
    return Played()


def test_a_setting_is_made_shown_and_deleted(played):
    empty = played.ask().body
    assert empty == {"value": []}
    made = played.put("mine", "Connections")
    assert made.status == 200 and made.body["name"] == "mine"
    assert made.body["properties"]["workspaceId"] == played.workspace
    assert [row["category"] for row in made.body["properties"]["logs"] if row["enabled"]] == ["Connections"]
    assert played.ask().body["value"] == [played.ask(name="MINE").body] == [made.body]
    assert played.ask("DELETE", "mine").status == 200 and played.ask("DELETE", "mine").status == 204
    assert played.ask().body == empty


def test_categories_are_those_of_the_type(played):
    rows = played.ask(what="diagnosticSettingsCategories").body["value"]
    assert rows[0]["name"] == "Connections" and rows[0]["properties"]["categoryType"] == "Logs"
    of_dps = played.ask(what="diagnosticSettingsCategories", of=played.dps).body["value"]
    assert [row["name"] for row in of_dps] == ["DeviceOperations", "ServiceOperations"]


def test_a_workspace_gets_a_category_from_one_setting_only(played):
    played.put("first", "Connections", "Routes")
    again = played.put("second", "Routes")
    assert again.status == 409 and "already used in diagnostic setting 'first' for category 'Routes'" in str(again.body)
    every = [{"categoryGroup": "allLogs", "enabled": True}]
    whole = played.ask("PUT", "third", body={"properties": {"workspaceId": played.workspace, "logs": every}})
    assert whole.status == 409
    assert played.put("first", "Connections").status == 200  # a setting may replace itself
    assert played.put("second", "Routes").status == 200


def test_a_resource_has_five_settings_at_most(played):
    for number, category in enumerate(("Connections", "Routes", "DeviceTelemetry", "TwinQueries", "DirectMethods")):
        assert played.put(f"s{number}", category).status == 200
    assert played.put("s5", "C2DCommands").status == 409
    assert played.put("s4", "C2DCommands").status == 200


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({}, 400, "no properties"),
        ({"properties": {"logs": []}}, 400, "At least one data sink"),
        ({"properties": {"workspaceId": "/subscriptions/x"}}, 404, "workspace '/subscriptions/x' was not found"),
        ({"properties": {"storageAccountId": "s", "logs": [{"category": "Nonsense"}]}}, 400, "'Nonsense' is not"),
        ({"properties": {"storageAccountId": "s", "logs": [{"categoryGroup": "some"}]}}, 400, "'some' is not"),
        ({"properties": {"storageAccountId": "s", "logs": [{}]}}, 400, "either a category or"),
        ({"properties": {"storageAccountId": "s", "logs": 7}}, 400, "an array"),
    ],
)
def test_what_is_refused(played, body, status, says):
    answer = played.ask("PUT", "x", body=body)
    assert answer.status == status and says in answer.body["error"]["message"]


def test_a_reader_sees_settings_and_makes_none(played):
    assert played.ask(role="Reader").status == 200
    body = {"properties": {"workspaceId": played.workspace, "logs": []}}
    refused = played.ask("PUT", "x", role="Reader", body=body)
    assert refused.status == 403 and "'Microsoft.Insights/DiagnosticSettings/write'" in refused.body["error"]["message"]
    assert played.ask("DELETE", "x", role="Reader").status == 403


def test_other_versions_methods_and_types_are_refused(played):
    assert played.ask(version="2016-09-01").status == 400
    assert played.ask("POST").status == 405 and played.ask("POST", "x").status == 405
    assert played.ask(name="x").status == 404
    assert played.ask(of=played.app).status == 400


def test_the_workspace_is_a_resource(played):
    shown = arm(played.state, played.workspace, version="2022-10-01").body
    assert shown["name"] == "lab-logs" and shown["properties"]["customerId"] and "retentionInDays" in str(shown)
    assert arm(played.state, f"{played.workspace}/tables", version="2022-10-01").status == 501
