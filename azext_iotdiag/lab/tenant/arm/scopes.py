"""Tenants, subscriptions, resource groups and providers, as the resource manager shows them."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, not_allowed, values
from azext_iotdiag.lab.tenant.arm.kinds import KINDS
from azext_iotdiag.lab.tenant.tenant import Subscription, Tenant

_LOCATIONS = {"westeurope": "West Europe", "northeurope": "North Europe"}


def tenant(tenant: Tenant) -> dict[str, Any]:
    """A tenant."""
    return {
        "id": f"/tenants/{tenant.id}",
        "tenantId": tenant.id,
        "displayName": tenant.name,
        "defaultDomain": tenant.domain,
        "countryCode": "NL",
        "tenantCategory": "Home",
        "tenantType": "AAD",
    }


def subscription(shown: Subscription, tenant: Tenant) -> dict[str, Any]:
    """A subscription."""
    return {
        "id": shown.path,
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": shown.id,
        "tenantId": tenant.id,
        "displayName": shown.name,
        "state": shown.state,
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def read(call: Call, shown: Subscription, rest: list[str]) -> Answer:
    """GET of a subscription, or of what belongs to it beside groups and resources."""
    head = rest[0].lower() if rest else ""
    tenant = call.lab.tenant
    if not rest:
        if not tenant.sees(call.object_id, shown):
            call.demand("Microsoft.Resources/subscriptions/read", shown.path)
        return Answer(200, subscription(shown, tenant))
    call.demand("Microsoft.Resources/subscriptions/read", shown.path)
    if head == "resourcegroups":
        return values([_group(shown, name) for name in shown.groups])
    if head == "locations":
        names = _LOCATIONS.items()
        return values(
            [{"id": f"{shown.path}/locations/{name}", "name": name, "displayName": text} for name, text in names]
        )
    if head == "resources":
        return values(_resources(call, shown))
    if head == "providers":
        known = sorted({kind.type.partition("/")[0] for kind in KINDS.values()})
        wanted = [each for each in known if len(rest) == 1 or each.lower() == rest[1].lower()]
        if len(rest) == 1:
            return values([_provider(shown, each) for each in wanted])
        if wanted:
            return Answer(200, _provider(shown, wanted[0]))
        raise Refusal(404, "InvalidResourceNamespace", f"The resource namespace '{rest[1]}' is invalid.")
    raise Refusal(404, "NotFound", f"There is nothing at {call.request.path}.")


def group(call: Call, shown: Subscription, name: str, rest: list[str]) -> Answer:
    """A resource group, or the list of what it holds."""
    found = shown.group(name)
    scope = f"{shown.path}/resourceGroups/{found or name}"
    if call.method not in ("GET", "HEAD"):
        raise not_allowed(call)
    call.demand("Microsoft.Resources/subscriptions/resourceGroups/read", scope)
    if found is None:
        raise no_group(name)
    if call.method == "HEAD":
        return Answer(204)
    if rest and rest[0].lower() == "resources":
        return values(_resources(call, shown, found))
    return Answer(200, _group(shown, found))


def no_group(name: str) -> Refusal:
    """There is no such resource group."""
    return Refusal(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def _group(shown: Subscription, name: str) -> dict[str, Any]:
    return {
        "id": f"{shown.path}/resourceGroups/{name}",
        "name": name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": shown.groups[name],
        "properties": {"provisioningState": "Succeeded"},
    }


def _resources(call: Call, shown: Subscription, group_name: str = "") -> list[dict[str, Any]]:
    """The resources, of the type that `$filter` asks for where it does: `resourceType eq '...'`, as az writes it."""
    asked = call.request.query.get("$filter", "")
    conditions = [condition.split(" eq ") for condition in asked.split(" and ")] if asked else []
    fields = {"resourcetype": "type", "name": "name", "resourcegroup": "group", "location": "location"}
    wanted = {}
    for condition in conditions:
        field = fields.get(condition[0].strip().lower())
        if field is None or len(condition) != 2:
            raise Refusal(
                400, "InvalidFilterInQueryString", f"Invalid $filter '{asked}' specified in the query string."
            )
        wanted[field] = condition[1].strip().strip("'").lower()
    rows = [each for each in shown.resources if group_name in ("", each.group)]
    rows = [each for each in rows if all(getattr(each, name).lower() == value for name, value in wanted.items())]
    return [
        {"id": shown.id_of(each), "name": each.name, "type": each.type, "location": each.location, "tags": each.tags}
        for each in rows
    ]


def _provider(shown: Subscription, namespace: str) -> dict[str, Any]:
    return {
        "id": f"{shown.path}/providers/{namespace}",
        "namespace": namespace,
        "registrationState": "Registered",
        "registrationPolicy": "RegistrationRequired",
        "resourceTypes": [
            {
                "resourceType": kind.type.partition("/")[2],
                "locations": list(_LOCATIONS.values()),
                "apiVersions": sorted(kind.versions, reverse=True),
                "capabilities": "None",
            }
            for kind in KINDS.values()
            if kind.type.startswith(f"{namespace}/")
        ],
    }
