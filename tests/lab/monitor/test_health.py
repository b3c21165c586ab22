"""Resource Health and Service Health in the lab."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.tenant.tenant import GROUP
from tests.plugins.lab_requests import arm

NOW = 1_800_000_000.0


class Played:
    def __init__(self):
        self.now = NOW
        self.state = new_lab(clock=lambda: self.now)
        self.subscription = self.state.tenant.subscriptions[0].path
        self.devices = f"{self.subscription}/resourceGroups/{GROUP}/providers/Microsoft.Devices"

    def ask(self, scope="", what="availabilityStatuses", version="2022-10-01", **more):
        scope = scope or f"{self.devices}/IotHubs/lab-hub"
        return arm(self.state, f"{scope}/providers/Microsoft.ResourceHealth/{what}", version=version, **more)


@pytest.fixture
def played():
    return Played()


def test_faults_of_the_service_are_shown_and_kept(played):
    now = played.ask(what="availabilityStatuses/current", role="Reader").body["properties"]
    assert (now["availabilityState"], now["recommendedActions"]) == ("Available", [])
    played.now += 60
    played.state.faults.start("server-silent")
    now = played.ask(what="availabilityStatuses/current").body["properties"]
    assert (now["availabilityState"], now["reasonType"]) == ("Unavailable", "Unplanned")
    assert now["occuredTime"] == "2027-01-15T08:01:00.000Z" and now["recommendedActions"]
    played.state.faults.end(None)
    played.state.faults.start("server-busy")
    rows = played.ask().body["value"]
    assert [row["properties"]["availabilityState"] for row in rows] == ["Degraded", "Unavailable", "Available"]


def test_what_is_not_offered_is_refused(played):
    refused = played.ask(f"{played.devices}/provisioningServices/lab-dps")
    assert (refused.status, refused.body["error"]["code"]) == (400, "UnsupportedResourceType")
    app = f"{played.subscription}/resourceGroups/{GROUP}/providers/Microsoft.IoTCentral/iotApps/lab-app"
    assert played.ask(app).status == 200


def test_service_issues_are_of_a_subscription(played):
    assert played.ask(played.subscription, "events", "2024-02-01").body["value"] == []
    played.state.tenant.issues.append({"name": "A1", "properties": {"title": "outage"}})
    assert played.ask(played.subscription, "events", "2024-02-01").body["value"][0]["name"] == "A1"
    group = f"{played.subscription}/resourceGroups/{GROUP}"
    assert played.ask(group, "events", "2024-02-01").status == 404


def test_wrong_questions(played):
    assert played.ask(version="2015-01-01").status == 400 and played.ask(method="PUT", body={}).status == 405
    assert played.ask(what="nothing").status == 404
    assert played.ask(played.subscription, "events", "2015-01-01").status == 400
