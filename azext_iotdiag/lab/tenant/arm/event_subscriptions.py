"""Subscriptions of Event Grid to a hub: they are kept and shown. A lab sends no events.

https://learn.microsoft.com/rest/api/eventgrid/controlplane/event-subscriptions
"""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, missing, not_allowed, values
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, Resource

VERSIONS = ("2021-12-01", "2022-06-15", "2025-02-15")
# https://learn.microsoft.com/azure/iot-hub/iot-hub-event-grid#event-types
EVENTS = tuple(f"Microsoft.Devices.{each}" for each in (
    "DeviceCreated", "DeviceDeleted", "DeviceConnected", "DeviceDisconnected", "DeviceTelemetry",
))  # fmt: skip
_ACTION = "Microsoft.EventGrid/eventSubscriptions"


def of_resource(call: Call, resource: Resource, path: str, rest: list[str]) -> Answer:
    """What follows .../Microsoft.EventGrid/ below a resource. Raises Refusal."""
    if rest[0].lower() != "eventsubscriptions" or len(rest) > 2 or resource.type != HUB_TYPE:
        raise missing(call, (), rest)
    if call.version not in VERSIONS:
        raise Refusal(400, "InvalidApiVersionParameter", f"The api-version '{call.version}' is invalid.")
    known = resource.event_subscriptions
    if len(rest) == 1:
        if call.method != "GET":
            raise not_allowed(call)
        call.demand(f"{_ACTION}/read", path)
        return values([_document(name, each, path) for name, each in known.items()])
    name = next((each for each in known if each.lower() == rest[1].lower()), rest[1])
    if call.method == "PUT":
        call.demand(f"{_ACTION}/write", path)
        known[name] = _judged(call)
        return Answer(201, _document(name, known[name], path))
    if call.method == "DELETE":
        call.demand(f"{_ACTION}/delete", path)
        return Answer(200 if known.pop(name, None) is not None else 204)
    if call.method != "GET":
        raise not_allowed(call)
    call.demand(f"{_ACTION}/read", path)
    if name not in known:
        raise Refusal(404, "ResourceNotFound", f"The event subscription '{rest[1]}' was not found.")
    return Answer(200, _document(name, known[name], path))


def _judged(call: Call) -> dict[str, Any]:
    """The properties that were sent. Raises Refusal."""
    properties = call.body().get("properties")
    destination = properties.get("destination") if isinstance(properties, dict) else None
    if not isinstance(destination, dict) or not isinstance(destination.get("endpointType"), str):
        raise Refusal(400, "InvalidRequest", "The destination of the event subscription has no endpointType.")
    asked = properties.get("filter") or {}
    types = asked.get("includedEventTypes") or [] if isinstance(asked, dict) else None
    if not isinstance(types, list) or not all(each in EVENTS for each in types):
        raise Refusal(400, "InvalidRequest", f"includedEventTypes are of these: {', '.join(EVENTS)}.")
    return {**properties, "filter": {**asked, "includedEventTypes": types or list(EVENTS)}}


def _document(name: str, properties: dict[str, Any], path: str) -> dict[str, Any]:
    return {
        "id": f"{path}/providers/{_ACTION}/{name}",
        "name": name,
        "type": _ACTION,
        "properties": {**properties, "topic": path, "provisioningState": "Succeeded"},
    }
