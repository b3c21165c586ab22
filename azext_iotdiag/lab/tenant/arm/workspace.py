"""A Log Analytics workspace as the resource manager shows it.

https://learn.microsoft.com/rest/api/loganalytics/workspaces
"""

from __future__ import annotations

import uuid
from typing import Any

from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal
from azext_iotdiag.lab.tenant.tenant import WORKSPACE_TYPE, Resource, Subscription

RETENTION_DAYS = 30


def show(resource: Resource, subscription: Subscription, _lab: Any) -> dict[str, Any]:
    """A workspace."""
    return {
        "id": subscription.id_of(resource),
        "name": resource.name,
        "type": WORKSPACE_TYPE,
        "location": resource.location,
        "tags": resource.tags,
        "properties": {
            "source": "Azure",
            "customerId": customer_id(subscription, resource),
            "provisioningState": "Succeeded",
            "sku": {"name": "PerGB2018"},
            "retentionInDays": RETENTION_DAYS,
            "publicNetworkAccessForIngestion": "Enabled",
            "publicNetworkAccessForQuery": "Enabled",
        },
    }


def customer_id(subscription: Subscription, resource: Resource) -> str:
    """The id of a workspace by which queries name it."""
    return str(uuid.uuid5(uuid.UUID(subscription.id), resource.name))


def update(call: Call, resource: Resource) -> None:
    """Take over tags. Raises Refusal."""
    body = call.body()
    if isinstance(body.get("tags"), dict):
        resource.tags = dict(body["tags"])


def inside(call: Call, _resource: Resource, _path: str, _rest: list[str]) -> Answer:
    """Nothing of what a workspace has below it is played."""
    raise Refusal(501, "NotPlayed", f"The lab does not play what is at {call.request.path}.")
