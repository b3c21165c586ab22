"""Resource Health, and Service Health at a subscription.

https://learn.microsoft.com/rest/api/resourcehealth/availability-statuses, .../events/list-by-subscription-id
"""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.audit.log import iso
from azext_iotdiag.lab.faults.table import SERVER_BUSY, SERVER_SILENT
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, missing, not_allowed, values
from azext_iotdiag.lab.tenant.tenant import CENTRAL_TYPE, HUB_TYPE, Resource

VERSIONS = ("2018-07-01", "2020-05-01", "2022-10-01", "2023-10-01-preview", "2024-02-01", "2025-05-01")
OFFERED = (HUB_TYPE, CENTRAL_TYPE)  # a provisioning service has none
_READ = "Microsoft.ResourceHealth"
_WELL = ("Available", "Available", "There aren't any known Azure platform problems affecting this resource.")
_BUSY = ("Degraded", "Degraded", "The resource answers some requests with errors of the service.")
_AWAY = ("Unavailable", "Unavailable", "The resource accepts connections, and answers none.")


def of_subscription(call: Call, scope: str, rest: list[str]) -> Answer:
    """What follows .../Microsoft.ResourceHealth/ at a subscription: its service issues. Raises Refusal."""
    if [part.lower() for part in rest] != ["events"] or scope.count("/") > 2:
        raise missing(call, (), rest)
    _judge(call)
    call.demand(f"{_READ}/events/read", scope)
    return values([{"type": "/providers/Microsoft.ResourceHealth/events", **each} for each in call.lab.tenant.issues])


def of_resource(call: Call, resource: Resource, path: str, rest: list[str]) -> Answer:
    """The same of a resource: how it is, and how it was. Raises Refusal."""
    head = [part.lower() for part in rest]
    if head not in (["availabilitystatuses"], ["availabilitystatuses", "current"]):
        raise missing(call, (), rest)
    _judge(call)
    call.demand(f"{_READ}/AvailabilityStatuses/read", path)
    if resource.type not in OFFERED:
        raise Refusal(400, "UnsupportedResourceType", f"The resource type '{resource.type}' is not supported.")
    current = _noted(call, resource)
    if len(head) == 2:
        return Answer(200, _document(current, resource, path, "current"))
    rows = [_document(each, resource, path, each["properties"]["occuredTime"]) for each in reversed(resource.health)]
    return values(rows)


def _judge(call: Call) -> None:
    if call.method != "GET":
        raise not_allowed(call)
    if call.version not in VERSIONS:
        raise Refusal(400, "InvalidApiVersionParameter", f"The api-version '{call.version}' is invalid.")


def _noted(call: Call, resource: Resource) -> dict[str, Any]:
    """How the resource is, which is kept where it has changed since it was last asked for."""
    now = iso(call.lab.clock())
    state, title, summary = _state(call, resource)
    if not resource.health or resource.health[-1]["properties"]["availabilityState"] != state:
        well = state == "Available"
        properties = {
            "availabilityState": state, "title": title, "summary": summary, "reasonChronicity": "Persistent",
            "reasonType": "" if well else "Unplanned", "occuredTime": now, "reportedTime": now,
            "recommendedActions": [] if well else [{"action": "Check back here for status updates."}],
        }  # fmt: skip
        resource.health.append({"properties": properties})
    resource.health[-1]["properties"]["reportedTime"] = now
    return resource.health[-1]


def _state(call: Call, resource: Resource) -> tuple[str, str, str]:
    """Faults of the hub that are of Azure's own making."""
    active = call.lab.faults.active() if resource.type == HUB_TYPE else {}
    return _AWAY if SERVER_SILENT.name in active else _BUSY if SERVER_BUSY.name in active else _WELL


def _document(each: dict[str, Any], resource: Resource, path: str, name: str) -> dict[str, Any]:
    kind = "Microsoft.ResourceHealth/AvailabilityStatuses"
    return {"id": f"{path}/providers/{kind}/{name}", "name": name, "type": kind, "location": resource.location, **each}
