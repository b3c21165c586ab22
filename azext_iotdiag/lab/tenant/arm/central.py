"""An IoT Central application as the resource manager shows it.

https://learn.microsoft.com/rest/api/iotcentral/controlplane/apps
"""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.net.exchange import Answer
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal
from azext_iotdiag.lab.tenant.tenant import CENTRAL_TYPE, CentralApp, Resource, Subscription


def show(resource: Resource, subscription: Subscription, _lab: Any) -> dict[str, Any]:
    """An application."""
    app: CentralApp = resource.what
    return {
        "id": subscription.id_of(resource),
        "name": resource.name,
        "type": CENTRAL_TYPE,
        "location": resource.location,
        "tags": resource.tags,
        "sku": {"name": app.sku},
        "identity": {"type": "None"},
        "properties": {
            "provisioningState": "Succeeded",
            "applicationId": app.id,
            "displayName": app.display_name,
            "subdomain": app.subdomain,
            "template": "iotc-pnp-preview@1.0.0",
            "state": app.state,
        },
    }


def update(call: Call, resource: Resource) -> None:
    """Take over a name and tags. Raises Refusal."""
    body = call.body()
    properties = body.get("properties") or {}
    if isinstance(properties, dict) and properties.get("displayName"):
        resource.what.display_name = str(properties["displayName"])
    if isinstance(body.get("tags"), dict):
        resource.tags = dict(body["tags"])


def inside(call: Call, _resource: Resource, _path: str, _rest: list[str]) -> Answer:
    """An application has nothing below it."""
    raise Refusal(404, "NotFound", f"There is nothing at {call.request.path}.")
