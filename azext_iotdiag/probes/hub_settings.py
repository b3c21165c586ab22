"""The settings of a hub, as the resource manager shows them to a login that may read the resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.hub_settings import CustomEndpoint, HubSettings, Route
from azext_iotdiag.probes import manager
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.readings import number, objects, part, text

_STEP = "the settings of the hub"


def measure(context: Context, end: float, facts: Facts) -> HubSettings:
    """The settings that decide whether data gets through. Raises StepFailed."""
    with manager.asked(context, _STEP) as (arm, id_):
        return read(arm.resource(id_, manager.HUB_VERSION))


def read(told: Mapping[str, Any]) -> HubSettings:
    """The settings in a resource. What does not fit its documented shape counts as not told."""
    inner, sku = part(told, "properties"), part(told, "sku")
    rules, routing = part(inner, "networkRuleSets"), part(inner, "routing")
    built_in = part(part(inner, "eventHubEndpoints"), "events")
    storage = part(part(inner, "storageEndpoints"), "$default")
    return HubSettings(
        host=text(inner, "hostName").lower(),
        state=text(inner, "state"),
        sku=text(sku, "name"),
        tier=text(sku, "tier"),
        units=number(sku, "capacity"),
        keys_allowed=inner.get("disableLocalAuth") is not True,
        device_keys_allowed=inner.get("disableDeviceSAS") is not True,
        public_access=text(inner, "publicNetworkAccess").lower() != "disabled",
        denies_by_default=text(rules, "defaultAction").lower() == "deny",
        address_rules=len(objects(rules.get("ipRules"))) + len(objects(inner.get("ipFilterRules"))),
        rules_cover_messages=rules.get("applyToBuiltInEventHubEndpoint") is True,
        private_endpoints=tuple(_endpoint_state(each) for each in objects(inner.get("privateEndpointConnections"))),
        tls_minimum=text(inner, "minTlsVersion"),
        profile=text(inner, "connectionProfile"),
        routes=tuple(_route(each) for each in objects(routing.get("routes"))),
        fallback=_route(routing["fallbackRoute"]) if part(routing, "fallbackRoute") else None,
        retention_days=number(built_in, "retentionTimeInDays"),
        upload_container=text(storage, "containerName"),
        endpoints=tuple(_endpoints(part(routing, "endpoints"))),
        in_perimeter=text(inner, "publicNetworkAccess").lower() == "securedbyperimeter",
    )


def _route(told: Mapping[str, Any]) -> Route:
    names = told.get("endpointNames")
    return Route(
        text(told, "name"),
        text(told, "source"),
        text(told, "condition"),
        tuple(each for each in names if isinstance(each, str)) if isinstance(names, list) else (),
        told.get("isEnabled") is True,
    )


def _endpoints(told: Mapping[str, Any]) -> Iterator[CustomEndpoint]:
    """The custom endpoints by their kinds. Their connection strings are not looked at."""
    for kind, rows in told.items():
        for row in objects(rows):
            if name := text(row, "name"):
                inside = "/".join(filter(None, (text(row, "databaseName"), text(row, "containerName"))))
                yield CustomEndpoint(name, kind, text(row, "entityPath") or inside)


def _endpoint_state(told: Mapping[str, Any]) -> str:
    return text(part(part(told, "properties"), "privateLinkServiceConnectionState"), "status")
