"""What the resource manager tells of a hub, and how it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from azext_iotdiag.clients.http import HttpAnswer
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.hub_settings import EndpointHealth, HubSettings, Quota, Route
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes import endpoint_health, hub_settings, quota
from azext_iotdiag.probes.context import Context, Resource

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/h"
Asked = list[tuple[str, str, str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Asked]:
    """What a context with this answer of the resource manager is asked."""

    def answering(status: int, body: Any) -> Asked:
        seen: Asked = []

        class Http:
            def __init__(self, host: str, *, deadlines: Any, connections: Any):
                self.host = host

            def request(self, method: str, target: str, step: str, headers: dict[str, str], body: bytes) -> HttpAnswer:
                seen.append((method, target, headers["Authorization"]))
                return HttpAnswer(status, {}, answer)

            def close(self) -> None:
                seen.append(("closed", self.host, ""))

        answer = body if isinstance(body, bytes) else json.dumps(body).encode()
        monkeypatch.setattr(context_module, "Http", Http)
        return seen

    return answering


def context() -> Context:
    return Context(resource=Resource(ID, "h.azure-devices.net", "https://management.example", lambda: "t"))


def test_the_settings_of_a_hub(asked: Callable[..., Asked]) -> None:
    seen = asked(200, {
        "sku": {"name": "S1", "tier": "Standard", "capacity": 2},
        "properties": {
            "hostName": "H.azure-devices.net",
            "state": "Active",
            "disableLocalAuth": True,
            "disableDeviceSAS": True,
            "publicNetworkAccess": "Disabled",
            "minTlsVersion": "1.2",
            "connectionProfile": "Classic",
            "ipFilterRules": [{"ipMask": "10.0.0.0/8", "action": "Reject"}],
            "networkRuleSets": {
                "defaultAction": "Deny", "applyToBuiltInEventHubEndpoint": True, "ipRules": [{"ipMask": "1.2.3.4"}],
            },
            "privateEndpointConnections": [
                {"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}}
            ],
            "eventHubEndpoints": {"events": {"retentionTimeInDays": 3}},
            "storageEndpoints": {"$default": {"containerName": "uploads", "connectionString": "secret"}},
            "routing": {
                "routes": [{
                    "name": "r", "source": "DeviceMessages", "condition": "true", "endpointNames": ["events"],
                    "isEnabled": True,
                }],
                "fallbackRoute": {
                    "name": "$fallback", "source": "DeviceMessages", "condition": "true", "endpointNames": ["events"],
                    "isEnabled": False,
                },
            },
        },
    })  # fmt: skip
    assert hub_settings.measure(context(), 15.0, {}) == HubSettings(
        "h.azure-devices.net", "Active", "S1", "Standard", 2,
        keys_allowed=False, device_keys_allowed=False, public_access=False, denies_by_default=True, address_rules=2,
        rules_cover_messages=True, private_endpoints=("Approved",), tls_minimum="1.2", profile="Classic",
        routes=(Route("r", "DeviceMessages", "true", ("events",), True),),
        fallback=Route("$fallback", "DeviceMessages", "true", ("events",), False),
        retention_days=3, upload_container="uploads",
    )  # fmt: skip
    path = f"{ID}?api-version=2023-06-30"
    assert seen == [("GET", path, "Bearer t"), ("closed", "management.example", "")]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"properties": None, "sku": 5},
        {"properties": {"routing": {"routes": {"name": "r"}, "fallbackRoute": None}, "ipFilterRules": "none"}},
        {"properties": {"routing": [], "networkRuleSets": [], "eventHubEndpoints": {"events": None}}},
    ],
)
def test_what_does_not_fit_counts_as_not_told(told: Any) -> None:
    assert hub_settings.read(told) == HubSettings("")


def test_the_quota(asked: Callable[..., Asked]) -> None:
    seen = asked(200, {"value": [
        {"name": "TotalMessages", "currentValue": 7, "maxValue": 8000},
        {"name": "TotalDeviceCount", "currentValue": 3, "maxValue": 500},
    ]})  # fmt: skip
    assert quota.measure(context(), 15.0, {}) == Quota(7, 8000, 3, 500)
    assert seen[0][1] == f"{ID}/quotaMetrics?api-version=2023-06-30"


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"name": "TotalDeviceCount", "currentValue": 1, "maxValue": 5}],
        [{"name": "TotalMessages", "currentValue": 1, "maxValue": 0}],
        [{"name": "TotalMessages", "currentValue": 1, "maxValue": "many"}],
    ],
)
def test_a_quota_without_a_limit_is_none(rows: list[dict[str, Any]]) -> None:
    assert quota.read(rows) is None


def test_the_health_of_endpoints(asked: Callable[..., Asked]) -> None:
    asked(200, {"value": [
        {"endpointId": "events", "healthStatus": "Healthy"},
        {
            "endpointId": "cold", "healthStatus": "dead", "lastKnownError": "Forbidden",
            "lastSuccessfulSendAttemptTime": "Mon, 30 Nov 2026 11:00:00 GMT",
            "lastSendAttemptTime": "2026-11-30T12:00:00Z",
        },
    ]})  # fmt: skip
    eleven = 1_796_036_400_000
    assert endpoint_health.measure(context(), 15.0, {}) == (
        EndpointHealth("events", "healthy"),
        EndpointHealth("cold", "dead", "Forbidden", eleven, eleven + 3_600_000),
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Kind.UNAUTHORIZED), (403, Kind.UNAUTHORIZED), (404, Kind.MISSING), (429, Kind.BUSY), (409, Kind.REFUSED)],
)
def test_a_refusal_is_a_failed_step(asked: Callable[..., Asked], status: int, kind: Kind) -> None:
    seen = asked(status, {"error": {"code": "ItsCode", "message": "its words"}})
    with pytest.raises(StepFailed) as failed:
        hub_settings.measure(context(), 15.0, {})
    failure = failed.value.failure
    assert (failure.kind, failure.condition, failure.description) == (kind, "ItsCode", "its words")
    assert (failure.step, failure.host, failure.port) == ("the settings of the hub", "management.example", 443)
    assert seen[-1][0] == "closed"


ANN = "c9c610b1-08b6-4637-a5a9-dfaabdd4f9c8"
DENIED = f"The client 'a' with object id '{ANN}' does not have authorization to perform action 'A/read' over scope '/s'"


@pytest.mark.parametrize(("code", "message", "command"), [
    ("AuthorizationFailed", DENIED, f'az role assignment create --assignee {ANN} --role "Reader" --scope "/s"'),
    ("AuthorizationFailed", "no", None),  # without an action there is no role to name
    ("DenyAssignmentAuthorizationFailed", DENIED, None),  # no role helps
])  # fmt: skip
def test_what_an_administrator_is_asked_for(asked, code: str, message: str, command: str | None) -> None:
    asked(403, {"error": {"code": code, "message": message}})
    with pytest.raises(StepFailed) as failed:
        quota.measure(context(), 15.0, {})
    request = failed.value.failure.request
    assert (request and request.command) == command
