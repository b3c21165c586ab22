"""Diagnostic settings: which logs of a resource go where.

https://learn.microsoft.com/rest/api/monitor/diagnostic-settings, .../diagnostic-settings-category
"""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.monitor.categories import CATEGORIES, enabled
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, not_allowed, values
from azext_iotdiag.lab.tenant.tenant import WORKSPACE_TYPE, Resource

VERSIONS = ("2017-05-01-preview", "2021-05-01-preview")  # az 2.91 asks for categories with the older one
MOST = 5  # of one resource
GROUPS = ("audit", "allLogs")
_SINKS = ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "serviceBusRuleId", "marketplacePartnerId")
_READ = "Microsoft.Insights/DiagnosticSettings"


def of_resource(call: Call, resource: Resource, path: str, rest: list[str]) -> Answer:
    """What follows .../Microsoft.Insights/: the settings, one of them, or the categories. Raises Refusal."""
    if resource.type not in CATEGORIES:
        raise Refusal(400, "ResourceTypeNotSupported", f"The resource type '{resource.type}' has no resource logs.")
    if call.version not in VERSIONS:
        raise Refusal(
            400,
            "InvalidApiVersionParameter",
            f"The api-version '{call.version}' is invalid. The supported versions are '{','.join(VERSIONS)}'.",
        )
    if rest[0].lower() == "diagnosticsettingscategories":
        call.demand("Microsoft.Insights/DiagnosticSettingsCategories/read", path)
        return values([_category(each, path) for each in CATEGORIES[resource.type]])
    if len(rest) == 1:
        if call.method != "GET":
            raise not_allowed(call)
        call.demand(f"{_READ}/read", path)
        return values([_document(name, each, path) for name, each in resource.diagnostics.items()])
    return _one(call, resource, path, rest[1])


def _one(call: Call, resource: Resource, path: str, asked: str) -> Answer:
    name = next((each for each in resource.diagnostics if each.lower() == asked.lower()), asked)
    known = resource.diagnostics.get(name)
    if call.method == "PUT":
        call.demand(f"{_READ}/write", path)
        resource.diagnostics[name] = _judged(call, resource, name)
        return Answer(200, _document(name, resource.diagnostics[name], path))
    if call.method == "DELETE":
        call.demand(f"{_READ}/delete", path)
        resource.diagnostics.pop(name, None)
        return Answer(200 if known is not None else 204)
    if call.method != "GET":
        raise not_allowed(call)
    call.demand(f"{_READ}/read", path)
    if known is None:
        raise Refusal(404, "ResourceNotFound", f"The diagnostic setting '{asked}' of '{path}' was not found.")
    return Answer(200, _document(name, known, path))


def _judged(call: Call, resource: Resource, name: str) -> dict[str, Any]:
    """The properties that were sent. Raises Refusal."""
    properties = call.body().get("properties")
    if not isinstance(properties, dict):
        raise _bad("The request has no properties.")
    if name not in resource.diagnostics and len(resource.diagnostics) >= MOST:
        raise Refusal(409, "Conflict", f"A resource has at most {MOST} diagnostic settings.")
    if not any(properties.get(sink) for sink in _SINKS):
        raise _bad("At least one data sink needs to be specified.")
    rows = properties.get("logs") or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _bad("'logs' is an array of objects.")
    for row in rows:
        category, group = row.get("category"), row.get("categoryGroup")
        if category is not None and category not in CATEGORIES[resource.type]:
            known = ", ".join(CATEGORIES[resource.type])
            raise _bad(f"Category '{category}' is not supported. The supported categories are: {known}.")
        if group is not None and group not in GROUPS:
            raise _bad(f"Category group '{group}' is not supported.")
        if (category is None) is (group is None):
            raise _bad("A log has either a category or a category group.")
    _judge_workspace(call, resource, name, properties)
    return {**properties, "logs": [_log(row) for row in rows], "metrics": properties.get("metrics") or []}


def _judge_workspace(call: Call, resource: Resource, name: str, properties: dict[str, Any]) -> None:
    """The workspace must exist, and no other setting may send it one of these categories."""
    id_ = str(properties.get("workspaceId") or "").lower()
    if not id_:
        return
    workspaces = (
        subscription.id_of(each)
        for subscription in call.lab.tenant.subscriptions
        for each in subscription.find(WORKSPACE_TYPE)
    )
    if id_ not in {each.lower() for each in workspaces}:
        raise Refusal(404, "ResourceNotFound", f"The workspace '{properties['workspaceId']}' was not found.")
    mine = enabled(resource.type, properties)
    for other, known in resource.diagnostics.items():
        same = str(known.get("workspaceId") or "").lower() == id_ and other != name
        if same and (both := sorted(mine & enabled(resource.type, known))):
            raise Refusal(
                409,
                "Conflict",
                f"Data sink '{properties['workspaceId']}' is already used in diagnostic setting '{other}' for category "
                f"'{both[0]}'. Data sinks can't be reused in different settings on the same category for the same "
                "resource.",
            )


def _log(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "category": row.get("category"),
        "categoryGroup": row.get("categoryGroup"),
        "enabled": row.get("enabled") is True,
        "retentionPolicy": {"enabled": False, "days": 0},
    }


def _document(name: str, properties: dict[str, Any], path: str) -> dict[str, Any]:
    absent = dict.fromkeys((*_SINKS, "eventHubName", "logAnalyticsDestinationType"))
    return {
        "id": f"{path}/providers/microsoft.insights/diagnosticSettings/{name}",
        "type": "Microsoft.Insights/diagnosticSettings",
        "name": name,
        "location": None,
        "kind": None,
        "tags": None,
        "properties": {**absent, **properties},
        "identity": None,
    }


def _category(name: str, path: str) -> dict[str, Any]:
    return {
        "id": f"{path}/providers/microsoft.insights/diagnosticSettingsCategories/{name}",
        "type": "Microsoft.Insights/diagnosticSettingsCategories",
        "name": name,
        "properties": {"categoryType": "Logs", "categoryGroups": ["allLogs"]},
    }


def _bad(message: str) -> Refusal:
    return Refusal(400, "BadRequest", message)
