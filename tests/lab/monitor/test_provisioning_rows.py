"""Rows of the log of a provisioning service: attempts of devices over each protocol, and changes of enrollments."""

from __future__ import annotations

import json

import pytest

from azext_iotdiag.lab.dps.provisioning import attested
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.monitor import provisioning_rows
from azext_iotdiag.lab.tenant.tenant import DPS_TYPE, WORKSPACE_TYPE

NOW = 1_800_000_000.0
PEER = "192.0.2.17:4711"


class Played:
    """A lab whose provisioning service sends its log to the only workspace."""

    def __init__(self):
        self.state = new_lab(clock=lambda: NOW)
        (self.dps,) = self.state.provisioning
        subscription = self.state.tenant.subscriptions[0]
        (resource,), (workspace,) = subscription.find(DPS_TYPE), subscription.find(WORKSPACE_TYPE)
        self.workspace, self.id = subscription.id_of(workspace), subscription.id_of(resource)
        logs = [{"categoryGroup": "allLogs", "enabled": True}]
        resource.diagnostics["mine"] = {"workspaceId": self.workspace, "logs": logs}

    def happens(self, action: str, outcome: str, reason: str = "", service: str = "dps", **details) -> None:
        self.state.audit.record(service, action, outcome, peer=PEER, who="d-1", reason=reason, **details)

    def asks(self, method: str, path: str, outcome: str = "accepted", reason: str = "") -> None:
        self.happens("request", outcome, reason, host=self.dps.host, method=method, path=path)

    def rows(self) -> list[dict]:
        return self.state.logs.rows(workspace=self.workspace)

    def told(self) -> list[tuple[str, str, str, str]]:
        names = ("Category", "OperationName", "ResultType", "ResultSignature")
        return [tuple(row[name] for name in names) for row in self.rows()]


@pytest.fixture
def played() -> Played:
    return Played()


def test_a_row_has_the_columns_of_azure(played: Played) -> None:
    played.happens("request", "refused", "401002: the token is signed with another key",
                   **attested("Mqtt", played.dps.id_scope))  # fmt: skip
    (row,) = played.rows()
    assert json.loads(row.pop("properties_s")) == {"id": "d-1", "type": "Registration", "protocol": "Mqtt"}
    assert len(row.pop("CorrelationId")) == 36 and row.pop("_BilledSize") > 400
    assert row == {
        "TimeGenerated": "2027-01-15T08:00:00.0000000Z", "ResourceId": played.id.upper(),
        "Category": "DeviceOperations", "ResourceGroup": "LAB-GROUP",
        "SubscriptionId": played.state.tenant.subscriptions[0].id, "ResourceProvider": "MICROSOFT.DEVICES",
        "Resource": "LAB-DPS", "ResourceType": "PROVISIONINGSERVICES", "DurationMs": "", "location_s": "westeurope",
        "Type": "AzureDiagnostics", "_ResourceId": played.id.lower(), "OperationName": "AttestationAttempt",
        "OperationVersion": "", "ResultType": "ClientError", "ResultSignature": "401",
        "ResultDescription": "Unauthorized", "CallerIPAddress": "192.0.2.XXX", "Level": "Error",
    }  # fmt: skip


def test_attempts_over_each_protocol(played: Played) -> None:
    scope = played.dps.id_scope
    played.happens("connect", "refused", "401002: x", code=5, **attested("Mqtt", scope))
    played.happens("authenticate", "refused", "404201: x", service="amqp", hub="lab-hub", **attested("Amqp", scope))
    played.happens("request", "accepted", **attested("Amqp", scope))
    played.asks("PUT", f"/{scope}/registrations/d-1/register", "refused", "429: 429001: too many")
    played.asks("PUT", f"/{scope}/registrations/d-1/register", "refused", "500: a mistake")
    assert [each[2:] for each in played.told()] == [
        ("ClientError", "401"), ("ClientError", "404"), ("Success", ""), ("ClientError", "429"), ("ServerError", "500"),
    ]  # fmt: skip
    assert [json.loads(row["properties_s"])["protocol"] for row in played.rows()] == [
        "Mqtt", "Amqp", "Amqp", "Http", "Http",
    ]  # fmt: skip


def test_changes_of_enrollments(played: Played) -> None:
    played.asks("PUT", "/enrollments/d-1")
    played.asks("GET", "/enrollmentGroups/devices", "refused", "404: 404201: none")
    played.asks("POST", "/enrollments/query")
    assert played.told() == [
        ("ServiceOperations", "Upsert", "Success", ""), ("ServiceOperations", "Get", "ClientError", "404"),
        ("ServiceOperations", "Query", "Success", ""),
    ]  # fmt: skip
    assert [json.loads(row["properties_s"]).get("type") for row in played.rows()] == [
        "IndividualEnrollment", "EnrollmentGroup", "IndividualEnrollment",
    ]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), [
    ("DELETE", "/enrollments/d-1"), ("GET", "/scope/registrations/d-1/operations/1"), ("POST", "/enrollments/d-1"),
    ("GET", "/enrollments/query"), ("GET", "/registrations/d-1"),
])  # fmt: skip
def test_what_the_documentation_does_not_name_has_no_row(played: Played, method: str, path: str) -> None:
    played.asks(method, path)
    assert played.rows() == []


def test_another_services_attempts_are_not_this_ones(played: Played) -> None:
    played.happens("request", "accepted", **attested("Mqtt", "0ne99999999"))
    assert played.rows() == []


def test_a_status_without_a_name() -> None:
    row = provisioning_rows.ProvisioningRow("DeviceOperations", "x", "s", 499, "", {})
    assert provisioning_rows.columns(row)["ResultDescription"] == "499"
