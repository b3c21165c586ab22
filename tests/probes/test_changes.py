"""Every source of changes is asked with what its service documents, and a refusal stays in its part."""

from __future__ import annotations

import json
import threading
from typing import Any
from urllib.parse import unquote

import pytest

from azext_iotdiag.clients.http import HttpAnswer
from azext_iotdiag.model.changes import ChangesAsked, Source
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.probes import changes
from azext_iotdiag.probes import context as context_module
from azext_iotdiag.probes.context import Context, Resource, Typed

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/h"
SINCE = 1_796_040_000_000  # 2026-11-30T12:00:00Z
OF_MANAGER = (Source.ACTIVITY, Source.SETTINGS, Source.ROLES, Source.CERTIFICATES, Source.ADVISOR)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """The requests of a context whose resource manager refuses the roles and has nothing else."""
    seen: list[tuple[str, str, str]] = []
    lock = threading.Lock()

    class Http:
        def __init__(self, host: str, *, deadlines: Any, connections: Any):
            self.host = host

        def request(self, method: str, target: str, step: str, headers: dict[str, str], body: bytes) -> HttpAnswer:
            with lock:
                seen.append((method, unquote(target), body.decode()))
            if "roleAssignments" in target:
                return HttpAnswer(403, {}, b'{"error": {"code": "AuthorizationFailed", "message": "no right"}}')
            return HttpAnswer(200, {}, json.dumps({"value": [], "data": []}).encode())

        def close(self) -> None:
            pass

    monkeypatch.setattr(context_module, "Http", Http)
    return seen


def context(*sources: Source, device: str = "") -> Context:
    resource = Resource(ID, "h.azure-devices.net", "https://management.example", lambda: "t")
    return Context(Typed(device=device, changes=ChangesAsked(SINCE, sources)), resource=resource)


def test_the_requests_are_those_that_are_documented(asked: list[tuple[str, str, str]]) -> None:
    found = changes.measure(context(*OF_MANAGER), 100.0, {})
    told = {part.source: part for part in found.parts}
    assert found.hub == "h.azure-devices.net" and set(told) == set(OF_MANAGER)
    assert {target for _, target, _ in asked} == {
        "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01",
        f"{ID}/certificates?api-version=2023-06-30",
        f"{ID}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()",
        "/subscriptions/s/providers/Microsoft.Advisor/recommendations?api-version=2023-01-01"
        f"&$filter=ResourceId eq '{ID}'",
        "/subscriptions/s/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01"
        f"&$filter=eventTimestamp ge '2026-11-30T12:00:00Z' and resourceUri eq '{ID}'",
    }
    graph = next(json.loads(body) for _, target, body in asked if "ResourceGraph" in target)
    assert graph["subscriptions"] == ["s"] and f"=~ '{ID}'" in graph["query"] and "timestamp) desc" in graph["query"]


def test_a_refusal_stays_in_its_part(asked: list[tuple[str, str, str]]) -> None:
    found = changes.measure(context(Source.ROLES, Source.CERTIFICATES), 100.0, {})
    (refused,) = found.unread
    assert refused.source is Source.ROLES and refused.failure is not None
    assert refused.failure.kind is Kind.UNAUTHORIZED and refused.failure.condition == "AuthorizationFailed"


def test_without_a_device_no_twin_is_asked_for(asked: list[tuple[str, str, str]]) -> None:
    found = changes.measure(context(Source.TWIN, Source.CERTIFICATES), 100.0, {})
    assert [part.source for part in found.parts] == [Source.CERTIFICATES]
