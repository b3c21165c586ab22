"""An IoT Central application as the resource manager shows it.

https://learn.microsoft.com/rest/api/iotcentral/controlplane/apps
"""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm import unchanging
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal
from azext_iotdiag.lab.tenant.tenant import CENTRAL_TYPE, CentralApp, Resource, Subscription

# Of the preview 2021-11-01: an application has no network rules here, and may be told so.
_OPEN = {"publicNetworkAccess": "Enabled", "privateEndpointConnections": []}


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
        "properties": _properties(app),
    }


def _properties(app: CentralApp) -> dict[str, Any]:
    return {
        "provisioningState": "Succeeded",
        "applicationId": app.id,
        "displayName": app.display_name,
        "subdomain": app.subdomain,
        "template": "iotc-pnp-preview@1.0.0",
        "state": app.state,
    }


def update(call: Call, resource: Resource) -> None:
    """Take over a name and tags. Raises Refusal."""
    body, app = call.body(), resource.what
    unchanging.judge(body, resource)
    unchanging.judge_same(body.get("sku"), {"name": app.sku}, "sku")
    unchanging.judge_same(body.get("properties"), {**_properties(app), **_OPEN}, "properties", but=("displayName",))
    name = (body.get("properties") or {}).get("displayName")
    app.display_name = str(name) if name else app.display_name
    if isinstance(body.get("tags"), dict):
        resource.tags = dict(body["tags"])


def inside(call: Call, _resource: Resource, _path: str, _rest: list[str]) -> Answer:
    """An application has nothing below it."""
    raise Refusal(404, "NotFound", f"There is nothing at {call.request.path}.")
