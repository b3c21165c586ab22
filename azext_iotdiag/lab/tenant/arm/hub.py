"""An IoT hub as the resource manager shows and changes it: its properties, its keys, its consumer groups.

https://learn.microsoft.com/rest/api/iothub/iot-hub-resource
"""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.audit.log import iso
from azext_iotdiag.lab.hub import failover, settable
from azext_iotdiag.lab.hub.hub import Hub
from azext_iotdiag.lab.net import bindings, not_played
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant import network_rules
from azext_iotdiag.lab.tenant.arm import hub_certificates, hub_routing, policies, unchanging
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, missing, not_allowed, values
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, LOCATIONS, Resource, Subscription

RIGHTS = ("RegistryRead", "RegistryWrite", "ServiceConnect", "DeviceConnect")
LARGEST_GROUP_COUNT = 20  # consumer groups of a built-in endpoint
UNITS = range(1, 201)  # of S1
_TIERS = {"F": "Free", "B": "Basic", "S": "Standard"}


def show(resource: Resource, subscription: Subscription, _lab: Any) -> dict[str, Any]:
    """A hub with all its properties, its keys not among them."""
    hub: Hub = resource.what
    settings, stream = hub.settings, hub.stream
    first, second = _regions(resource)
    properties = {
        "state": "Active",
        "provisioningState": "Succeeded",
        "hostName": hub.host,
        "eventHubEndpoints": {
            "events": {
                "retentionTimeInDays": settings.retention_days,
                "partitionCount": len(stream.partitions),
                "partitionIds": list(stream.partitions),
                "path": stream.entity,
                "endpoint": f"sb://{stream.host}/",
            }
        },
        "locations": [
            {"location": first, "role": "primary"},
            {"location": second, "role": "secondary"},
        ],
        **settings.properties,
        "storageEndpoints": settable.masked(settings.properties["storageEndpoints"]),
    }
    return {
        "id": subscription.id_of(resource),
        "name": hub.name,
        "type": HUB_TYPE,
        "location": resource.location,
        "tags": resource.tags,
        "subscriptionid": subscription.id,
        "resourcegroup": resource.group,
        "etag": settings.etag,
        "properties": properties,
        "sku": {"name": settings.sku, "tier": _TIERS[settings.sku[0]], "capacity": settings.capacity},
        "identity": {"type": "None"},
    }


def _regions(resource: Resource) -> tuple[str, str]:
    """Where a hub is, and where it goes in a failover."""
    made_in = LOCATIONS.get(resource.location, resource.location)
    other = next(text for text in LOCATIONS.values() if text != made_in)
    return (other, made_in) if resource.what.settings.failed_over else (made_in, other)


def _fail_over(call: Call, resource: Resource) -> Answer:
    """Move a hub to its other region, at once. Raises Refusal."""
    here, there = _regions(resource)
    asked = str(call.body().get("failoverRegion") or "")
    if asked.replace(" ", "").lower() != there.replace(" ", "").lower():
        wrong = f"'failoverRegion' is {there!r}, where the hub can go from {here!r}; {asked!r} was sent."
        raise Refusal(400, "InvalidRequestContent", wrong)
    failover.fail_over(call.lab.at(resource.what.host))
    return Answer(200)


def update(call: Call, resource: Resource) -> None:
    """Take over what a PUT or PATCH sets. Raises Refusal."""
    hub, body = resource.what, call.body()
    expected = call.request.headers.get("if-match", "*").strip('"')
    if expected not in ("*", "", hub.settings.etag):
        raise Refusal(412, "PreconditionFailed", f"The etag '{expected}' is not that of the resource.")
    unchanging.judge(body, resource)
    properties = body.get("properties") or {}
    sku = body.get("sku") or {}
    if not isinstance(properties, dict) or not isinstance(sku, dict):
        raise Refusal(400, "InvalidRequestContent", "'properties' and 'sku' are objects.")
    if wrong := network_rules.why_malformed(properties):
        raise Refusal(400, "InvalidRequestContent", wrong)
    made = policies.read(properties.get("authorizationPolicies"), hub.policies, RIGHTS)
    try:
        capacity = _capacity(sku, hub)
        asked = properties.get("eventHubEndpoints")
        days = settable.retention_days(asked, len(hub.stream.partitions), hub.settings.retention_days)
        hub.settings.update(properties)
    except ValueError as malformed:
        raise Refusal(400, "InvalidRequestContent", f"{malformed}.") from None
    hub.settings.capacity, hub.settings.retention_days = capacity, days
    hub.policies = made
    if isinstance(body.get("tags"), dict):
        resource.tags = dict(body["tags"])


def _capacity(sku: dict[str, Any], hub: Hub) -> int:
    """The units that are asked for. Raises ValueError, also for another tier."""
    if sku.get("name") not in (None, hub.settings.sku):
        raise ValueError(f"a lab's hub stays of the tier {hub.settings.sku}")
    asked = bindings.whole(sku.get("capacity"), "'sku.capacity'")
    if asked is not None and asked not in UNITS:
        raise ValueError(f"'sku.capacity' is not from {UNITS[0]} to {UNITS[-1]}")
    return hub.settings.capacity if asked is None else asked


def inside(call: Call, resource: Resource, path: str, rest: list[str]) -> Answer:
    """What belongs to a hub and what can be done to it."""
    hub: Hub = resource.what
    match [call.method, *(part.lower() for part in rest)]:
        case ["POST", "listkeys"]:
            call.demand(f"{HUB_TYPE}/listkeys/action", path)
            return values([policies.keys(policy, RIGHTS) for policy in hub.policies.values()])
        case ["POST", "iothubkeys", _, "listkeys"]:
            call.demand(f"{HUB_TYPE}/iotHubKeys/listkeys/action", path)
            policy = next((each for name, each in hub.policies.items() if name.lower() == rest[1].lower()), None)
            if policy is None:
                raise Refusal(404, "NotFound", f"Key with name '{rest[1]}' not found.")
            return Answer(200, policies.keys(policy, RIGHTS))
        case [_, "eventhubendpoints", "events", "consumergroups", *_]:
            return _consumer_groups(call, hub, path, rest[3:])
        case ["GET", "iothubstats"]:
            call.demand(f"{HUB_TYPE}/iotHubStats/read", path)
            enabled = sum(device.status == "enabled" for device in hub.devices.everyone())
            total = hub.devices.count()
            counts = {"totalDeviceCount": total, "enabledDeviceCount": enabled, "disabledDeviceCount": total - enabled}
            return Answer(200, counts)
        case ["GET", "quotametrics"]:
            call.demand(f"{HUB_TYPE}/quotaMetrics/read", path)
            return values(_quota(hub))
        case ["GET", "routingendpointshealth"]:
            call.demand(f"{HUB_TYPE}/routingEndpointsHealth/read", path)
            return hub_routing.health(call, hub)
        case ["POST", "routing", "routes", "$testall" | "$testnew" as which]:
            call.demand(f"{HUB_TYPE}/routing/routes/{which}/action", path)
            return hub_routing.try_all(call, hub) if which == "$testall" else hub_routing.try_new(call)
        case ["POST", "failover"]:
            call.demand(f"{HUB_TYPE}/failover/action", path)
            return _fail_over(call, resource)
        case ["GET", "skus"]:
            call.demand(f"{HUB_TYPE}/skus/read", path)
            sku = {"name": hub.settings.sku, "tier": _TIERS[hub.settings.sku[0]]}
            return values(
                [
                    {
                        "resourceType": HUB_TYPE,
                        "sku": sku,
                        "capacity": {"minimum": UNITS[0], "maximum": UNITS[-1], "default": 1},
                    }
                ]
            )
        case [_, "certificates", *_]:
            return hub_certificates.certificates(call, hub, path, rest[1:])
    raise missing(call, not_played.MANAGED_HUB, rest)


def _quota(hub: Hub) -> list[dict[str, Any]]:
    """Today's messages (those of an S1 unit are 400,000 a day) and the devices."""
    messages = sum(partition.next_sequence for partition in hub.stream.partitions.values())
    return [
        {"name": "TotalMessages", "currentValue": messages, "maxValue": 400_000 * hub.settings.capacity},
        {"name": "TotalDeviceCount", "currentValue": hub.devices.count(), "maxValue": 1_000_000},
    ]


def _consumer_groups(call: Call, hub: Hub, path: str, rest: list[str]) -> Answer:
    groups = hub.stream.consumer_groups
    action = f"{HUB_TYPE}/eventHubEndpoints/consumerGroups"

    def row(name: str) -> dict[str, Any]:
        return {
            "id": f"{path}/eventHubEndpoints/events/ConsumerGroups/{name}",
            "name": name,
            "type": f"{HUB_TYPE}/EventHubEndpoints/ConsumerGroups",
            "etag": None,
            "properties": {"created": iso(hub.stream.created / 1000)},
        }

    if not rest:
        call.demand(f"{action}/read", path)
        return values([row(name) for name in sorted(groups)])
    found = next((name for name in groups if name.lower() == rest[0].lower()), None)
    if call.method == "PUT":
        call.demand(f"{action}/write", path)
        if found is None and len(groups) >= LARGEST_GROUP_COUNT:
            raise Refusal(400, "BadRequest", f"A hub has at most {LARGEST_GROUP_COUNT} consumer groups.")
        groups.add(found or rest[0])
        return Answer(200, row(found or rest[0]))
    call.demand(f"{action}/{'delete' if call.method == 'DELETE' else 'read'}", path)
    if found is None:
        raise Refusal(404, "NotFound", f"Consumer group '{rest[0]}' not found.")
    if call.method == "GET":
        return Answer(200, row(found))
    if call.method != "DELETE":
        raise not_allowed(call)
    if found == "$Default":
        raise Refusal(400, "BadRequest", "The consumer group $Default cannot be deleted.")
    groups.discard(found)
    return Answer(200)
