"""A Device Provisioning Service as the resource manager shows it: its properties, its keys, its linked hubs.

https://learn.microsoft.com/rest/api/iot-dps/iot-dps-resource
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from azext_iotdiag.lab.dps.service import GLOBAL_HOST, RIGHTS, Dps, LinkedHub
from azext_iotdiag.lab.net import bindings, not_played
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant import network_rules
from azext_iotdiag.lab.tenant.arm import hub_certificates, policies, unchanging
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, missing, values
from azext_iotdiag.lab.tenant.tenant import DPS_TYPE, Resource, Subscription
from azext_iotdiag.model.target import Secret

ALLOCATION = "Hashed"
SKU = {"name": "S1", "tier": "Standard", "capacity": 1}
MOST_WEIGHT = 1000
SETTABLE = ("publicNetworkAccess", "ipFilterRules")
PLAYED = frozenset({*SETTABLE, "allocationPolicy", "authorizationPolicies", "iotHubs"})
NOT_PLAYED = {
    "enableDataResidency": "a lab's data does not leave this machine",
    "privateEndpointConnections": "the lab does not play private endpoints",
}
READ_ONLY = frozenset({
    "deviceProvisioningHostName", "idScope", "provisioningState", "serviceOperationsHostName", "state",
})  # fmt: skip


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
            "allocationPolicy": ALLOCATION,
            "serviceOperationsHostName": dps.host,
            "deviceProvisioningHostName": GLOBAL_HOST,
            "idScope": dps.id_scope,
            "enableDataResidency": False,
            **dps.network,
        },
        "sku": SKU,
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
    """Take over what a PUT or PATCH sets: network rules, policies, tags and linked hubs. Raises Refusal."""
    dps, body = resource.what, call.body()
    unchanging.judge(body, resource)
    unchanging.judge_same(body.get("sku"), SKU, "sku")
    properties = body.get("properties") or {}
    if not isinstance(properties, dict):
        raise Refusal(400, "InvalidRequestContent", "'properties' is an object.")
    if wrong := network_rules.why_malformed(properties):
        raise Refusal(400, "InvalidRequestContent", wrong)
    if str(properties.get("allocationPolicy") or ALLOCATION).lower() != ALLOCATION.lower():
        wrong = f"'allocationPolicy' stays {ALLOCATION} in a lab; an enrollment may have another."
        raise Refusal(400, "InvalidRequestContent", wrong)
    for name, why in NOT_PLAYED.items():
        if properties.get(name):
            raise Refusal(400, "InvalidRequestContent", f"'{name}' cannot be changed in a lab: {why}.")
    made = policies.read(properties.get("authorizationPolicies"), dps.policies, RIGHTS)
    links = properties.get("iotHubs")
    linked = dps.linked if links is None else _links(links, dps.linked)
    dps.network |= {name: properties[name] for name in SETTABLE if properties.get(name) is not None}
    dps.policies, dps.linked = made, linked
    if isinstance(body.get("tags"), dict):
        resource.tags = dict(body["tags"])


def _links(rows: Any, known: list[LinkedHub]) -> list[LinkedHub]:
    """The linked hubs that were sent, which are all there are from now on. Raises Refusal."""
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise Refusal(400, "InvalidRequestContent", "'iotHubs' is an array of objects.")
    before = {each.host.lower(): each for each in known}
    made = [_link(row, before) for row in rows]
    return list({each.host.lower(): each for each in made}.values())


def _link(row: dict[str, Any], before: dict[str, LinkedHub]) -> LinkedHub:
    """One linked hub. One that was linked before keeps what is not sent, and its key where that is sent masked."""
    text = str(row.get("connectionString") or "")
    parts = dict(part.partition("=")[::2] for part in text.split(";") if part)
    host = parts.get("HostName") or str(row.get("name") or "")
    policy, key, old = parts.get("SharedAccessKeyName"), parts.get("SharedAccessKey", ""), before.get(host.lower())
    masked = not key or set(key) == {"*"}
    if old is None and (masked or not host or not policy):
        wrong = "A hub is linked by its connection string, with the key of a policy."
        raise Refusal(400, "InvalidRequestContent", wrong)
    takes_part, weight = _allocation(row)
    if weight is not None and not 0 <= weight <= MOST_WEIGHT:
        raise Refusal(400, "InvalidRequestContent", f"'allocationWeight' is a number from 0 to {MOST_WEIGHT}.")
    link = replace(old) if old is not None else LinkedHub(host, str(policy), Secret(key))
    link.policy, link.key = policy or link.policy, link.key if masked else Secret(key)
    link.location = str(row.get("location") or link.location)
    link.takes_part, link.weight = takes_part is not False, link.weight if weight is None else weight
    return link


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
            return values([policies.keys(policy, RIGHTS) for policy in dps.policies.values()])
        case ["POST", "keys", _, "listkeys"]:
            call.demand(f"{DPS_TYPE}/keys/listkeys/action", path)
            policy = next((each for name, each in dps.policies.items() if name.lower() == rest[1].lower()), None)
            if policy is None:
                raise Refusal(404, "NotFound", f"Key with name '{rest[1]}' not found.")
            return Answer(200, policies.keys(policy, RIGHTS))
        case ["GET", "certificates"]:
            call.demand(f"{DPS_TYPE}/certificates/read", path)
            kind = f"{DPS_TYPE}/Certificates"
            return values([hub_certificates.shown(path, kind, name, each) for name, each in dps.given.items()])
        case ["GET", "skus"]:
            call.demand(f"{DPS_TYPE}/skus/read", path)
            return values([{"name": "S1"}])
    raise missing(call, not_played.MANAGED_PROVISIONING, rest)
