"""Rows of resource logs: made of what happened in the lab, where a diagnostic setting collects them."""

from __future__ import annotations

import json

import pytest

from azext_iotdiag.lab.audit.endings import CLEAN, KILLED
from azext_iotdiag.lab.lab import Lab, new_lab
from azext_iotdiag.lab.monitor import log_rows
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, WORKSPACE_TYPE

NOW = 1_800_000_000.0


class Played:
    """A lab whose clock is turned by hand, and its only workspace."""

    def __init__(self):
        self.now = NOW
        self.state: Lab = new_lab(clock=lambda: self.now)
        subscription = self.state.tenant.subscriptions[0]
        (self.hub,), (workspace,) = subscription.find(HUB_TYPE), subscription.find(WORKSPACE_TYPE)
        self.workspace, self.resource = subscription.id_of(workspace), subscription.id_of(self.hub)

    def collect(self, *categories: str) -> None:
        logs = [{"category": each, "enabled": True} for each in categories]
        self.hub.diagnostics["mine"] = {"workspaceId": self.workspace, "logs": logs}

    def happens(self, service: str, action: str, outcome: str, who: str = "pump-1", **more) -> None:
        self.state.runtime.record(service, action, outcome, peer="192.0.2.17:4711", who=who, **more)

    def connects(self, who: str = "pump-1", **more) -> None:
        self.happens("mqtt", "connect", "accepted", who, auth="sas", tls="TLSv1.2", sdk="node", **more)

    def rows(self) -> list[dict]:
        return self.state.logs.rows(workspace=self.workspace)

    def told(self) -> list[tuple[str, str, str]]:
        return [(row["Category"], row["OperationName"], row["ResultType"]) for row in self.rows()]


@pytest.fixture
def played() -> Played:
    return Played()


def test_nothing_is_collected_without_a_setting(played: Played) -> None:
    played.connects()
    assert played.rows() == []
    played.collect("Connections")
    assert played.rows() == []  # nothing of the time before
    played.connects()
    assert len(played.rows()) == 1


def test_a_row_has_the_columns_of_azure(played: Played) -> None:
    played.collect("Connections")
    played.connects()
    (row,) = played.rows()
    properties = json.loads(row.pop("properties_s"))
    assert json.loads(properties.pop("authType"))["type"] == "sas"
    assert properties == {
        "deviceId": "pump-1", "protocol": "Mqtt", "maskedIpAddress": "192.0.2.XXX", "sdkVersion": "node",
        "tlsVersion": "TLS1_2",
    }  # fmt: skip
    size = row.pop("_BilledSize")
    assert size > 400
    assert row == {
        "TimeGenerated": "2027-01-15T08:00:00.0000000Z",
        "ResourceId": played.resource.upper(),
        "Category": "Connections",
        "ResourceGroup": "LAB-GROUP",
        "SubscriptionId": played.state.tenant.subscriptions[0].id,
        "ResourceProvider": "MICROSOFT.DEVICES",
        "Resource": "LAB-HUB",
        "ResourceType": "IOTHUBS",
        "OperationName": "deviceConnect",
        "ResultType": "",
        "ResultDescription": "",
        "DurationMs": "",
        "Level": "Information",
        "location_s": "westeurope",
        "Type": "AzureDiagnostics",
        "_ResourceId": played.resource.lower(),
    }


def test_only_categories_that_are_on_are_collected(played: Played) -> None:
    played.collect("D2CTwinOperations")
    played.connects()
    played.happens("mqtt", "twin", "accepted", operation="get")
    assert played.told() == [("D2CTwinOperations", "read", "")]
    played.hub.diagnostics["mine"]["logs"] = [{"categoryGroup": "allLogs", "enabled": True}]
    played.connects()
    assert played.told()[1:] == [("Connections", "deviceConnect", "")]


def test_what_becomes_a_row(played: Played) -> None:
    played.collect("Connections", "D2CTwinOperations", "DeviceTelemetry", "DirectMethods", "DeviceIdentityOperations",
                   "C2DTwinOperations", "Routes", "FileUploadOperations", "C2DCommands")  # fmt: skip
    played.happens("mqtt", "connect", "refused", code=5, log=401003)
    played.happens("mqtt", "connect", "refused", "", code=2)  # whose client id is no device's
    played.happens("mqtt", "close", "ended", published=3, ending=KILLED, code=404104)
    played.happens("amqp", "connect", "accepted", "")  # a connection on which no device has signed in yet
    played.happens("amqp", "authenticate", "refused", log=404001)
    played.happens("amqp", "close", "ended", published=0, ending=CLEAN)
    played.happens("mqtt", "publish", "refused", log=413001)
    played.happens("mqtt", "twin", "refused", code=400004)
    played.happens("amqp", "twin", "accepted", operation="PATCH", status=204)
    played.happens("amqp", "twin", "accepted", operation="desired change")
    for method, path, log in (
        ("POST", "/twins/pump-1/methods", 404103), ("PUT", "/devices/pump-1", 0), ("GET", "/twins/pump-1", 0),
        ("POST", "/devices/query", 0),
    ):  # fmt: skip
        played.state.audit.record(
            "https", "request", "accepted", peer="192.0.2.1:1", host=played.state.hub.host, method=method, path=path,
            log=log,
        )  # fmt: skip
    played.happens("hub", "route", "refused", reason="dropped", log="orphanedMessage")
    played.happens("hub", "upload", "accepted")
    played.happens("hub", "message", "ended", reason="the message expired before the device had it")
    assert played.told() == [
        ("Connections", "deviceConnect", "401003"),
        ("Connections", "deviceDisconnect", "404104"),
        ("Connections", "deviceConnect", "404001"),
        ("Connections", "deviceDisconnect", ""),
        ("DeviceTelemetry", "ingress", "413001"),
        ("D2CTwinOperations", "update", "400004"),
        ("D2CTwinOperations", "update", ""),
        ("DirectMethods", "send", "404103"),
        ("DeviceIdentityOperations", "create", ""),
        ("C2DTwinOperations", "read", ""),
        ("Routes", "orphanedMessage", ""),
        ("FileUploadOperations", "ingress", ""),
        ("C2DCommands", "messageExpired", ""),
    ]
    refused = played.rows()[0]
    assert (refused["ResultDescription"], refused["Level"]) == ("IotHubUnauthorized", "Error")


def test_a_setting_without_a_workspace_collects_nothing(played: Played) -> None:
    logs = [{"category": "Connections", "enabled": True}]
    played.hub.diagnostics["mine"] = {"storageAccountId": "/s", "logs": logs}
    played.connects()
    assert played.state.logs.rows() == []


def test_rows_come_late(played: Played) -> None:
    played.collect("Connections")
    played.state.faults.start("logs-late", {"seconds": 300})
    played.connects()
    played.now += 299
    assert played.rows() == []
    played.now += 1
    (row,) = played.rows()
    assert row["TimeGenerated"] == "2027-01-15T08:00:00.0000000Z"


def test_some_rows_never_come(played: Played) -> None:
    played.collect("Connections")
    played.state.faults.start("logs-lost", {"percent": 20})
    for number in range(1000):
        played.connects(f"pump-{number}")
    assert 700 < len(played.rows()) < 900


def test_rows_come_in_any_order(played: Played) -> None:
    played.collect("Connections")
    played.state.faults.start("logs-unordered", {"seconds": 60})
    for _ in range(50):
        played.connects()
        played.now += 1
    played.now += 60
    times = [row["TimeGenerated"] for row in played.rows()]
    assert len(times) == 50 and times != sorted(times)


def test_a_hub_behind_an_application_logs_nothing(played: Played) -> None:
    played.collect("Connections")
    played.state.apps[0].hubs[0].record("mqtt", "connect", "accepted", who="pump-1")
    assert played.rows() == []


def test_addresses_are_masked() -> None:
    assert log_rows.masked("192.0.2.17:4711") == "192.0.2.XXX"
    assert log_rows.masked("2001:db8::17:4711") == "2001:db8::XXXX"
    assert log_rows.masked("") == ""
