"""A Device Provisioning Service as the resource manager shows it: its properties, its keys, its linked hubs.

https://learn.microsoft.com/rest/api/iot-dps/iot-dps-resource
"""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.dps.service import GLOBAL_HOST, RIGHTS, Dps
from azext_iotdiag.lab.hub.identities import Policy
from azext_iotdiag.lab.net import bindings
from azext_iotdiag.lab.net.exchange import Answer
from azext_iotdiag.lab.tenant import network_rules
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, values
from azext_iotdiag.lab.tenant.tenant import DPS_TYPE, Resource, Subscription

SETTABLE = ("publicNetworkAccess", "ipFilterRules")


def show(resource: Resource, subscription: Subscription, _lab: Any) -> dict[str, Any]:
    """A service with all its properties, the keys masked."""
    dps: Dps = resource.what
    return {
        "id": subscription.id_of(resource),
        "name": dps.name,
        "type": DPS_TYPE,
        "location": resource.location,
        "tags": resource.tags,
        "subscriptionid": subscription.id,
        "resourcegroup": resource.group,
        "etag": "AAAAAAlab001=",
        "properties": {
            "state": "Active",
            "provisioningState": "Succeeded",
            "iotHubs": [_linked(link) for link in dps.linked],
            "allocationPolicy": "Hashed",
            "serviceOperationsHostName": dps.host,
            "deviceProvisioningHostName": GLOBAL_HOST,
            "idScope": dps.id_scope,
            "enableDataResidency": False,
            **dps.network,
        },
        "sku": {"name": "S1", "tier": "Standard", "capacity": 1},
    }


def _linked(link: Any) -> dict[str, Any]:
    return {
        "name": link.host,
        "connectionString": f"HostName={link.host};SharedAccessKeyName={link.policy};SharedAccessKey=****",
        "location": link.location,
        "applyAllocationPolicy": link.takes_part,
        "allocationWeight": link.weight,
    }


def update(call: Call, resource: Resource) -> None:
    """Take over what a PUT or PATCH sets: network rules, tags, and which linked hubs take part. Raises Refusal."""
    dps, body = resource.what, call.body()
    properties = body.get("properties") or {}
    if not isinstance(properties, dict):
        raise Refusal(400, "InvalidRequestContent", "'properties' is an object.")
    if wrong := network_rules.why_malformed(properties):
        raise Refusal(400, "InvalidRequestContent", wrong)
    links = properties.get("iotHubs") or []
    if not isinstance(links, list) or not all(isinstance(each, dict) for each in links):
        raise Refusal(400, "InvalidRequestContent", "'iotHubs' is an array of objects.")
    told = {str(each.get("name")): _allocation(each) for each in links}
    dps.network |= {name: properties[name] for name in SETTABLE if properties.get(name) is not None}
    for link in dps.linked:
        if link.host in told:
            takes_part, weight = told[link.host]
            link.takes_part = takes_part is not False
            link.weight = weight if weight is not None and 0 <= weight <= 1000 else link.weight
    if isinstance(body.get("tags"), dict):
        resource.tags = dict(body["tags"])


def _allocation(link: dict[str, Any]) -> tuple[bool | None, int | None]:
    """Whether a linked hub takes part, and its weight, as far as they are given. Raises Refusal."""
    try:
        return (
            bindings.truth(link.get("applyAllocationPolicy"), "'applyAllocationPolicy'"),
            bindings.whole(link.get("allocationWeight"), "'allocationWeight'"),
        )
    except ValueError as malformed:
        raise Refusal(400, "InvalidRequestContent", f"{malformed}.") from None


def inside(call: Call, resource: Resource, path: str, rest: list[str]) -> Answer:
    """What belongs to a service and what can be done to it."""
    dps: Dps = resource.what
    match [call.method, *(part.lower() for part in rest)]:
        case ["POST", "listkeys"]:
            call.demand(f"{DPS_TYPE}/listkeys/action", path)
            return values([keys(policy) for policy in dps.policies.values()])
        case ["POST", "keys", _, "listkeys"]:
            call.demand(f"{DPS_TYPE}/keys/listkeys/action", path)
            policy = next((each for name, each in dps.policies.items() if name.lower() == rest[1].lower()), None)
            if policy is None:
                raise Refusal(404, "NotFound", f"Key with name '{rest[1]}' not found.")
            return Answer(200, keys(policy))
        case ["GET", "certificates"]:
            call.demand(f"{DPS_TYPE}/certificates/read", path)
            return values([])
        case ["GET", "skus"]:
            call.demand(f"{DPS_TYPE}/skus/read", path)
            return values([{"name": "S1"}])
    raise Refusal(404, "NotFound", f"There is nothing at {call.request.path}.")


def keys(policy: Policy) -> dict[str, str]:
    """A policy with its keys."""
    return {
        "keyName": policy.name,
        "primaryKey": policy.primary.reveal(),
        "secondaryKey": policy.secondary.reveal(),
        "rights": ", ".join(right for right in RIGHTS if right in policy.rights),
    }
