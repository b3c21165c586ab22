"""Hubs that are created and deleted while the lab runs.

https://learn.microsoft.com/rest/api/iothub/iot-hub-resource/create-or-update and .../delete
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from azext_iotdiag.lab.hub import sessions
from azext_iotdiag.lab.net import bindings
from azext_iotdiag.lab.tenant.arm import hub as arm_hub
from azext_iotdiag.lab.tenant.arm import unchanging
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal
from azext_iotdiag.lab.tenant.tenant import HUB_TYPE, Resource, Subscription

MOST_HUBS = 50  # of a subscription ("IoT Hub quotas and throttling")
PARTITIONS = range(2, 33)
_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{3,50}(?<!-)")


def create(call: Call, subscription: Subscription, group: str, name: str) -> Resource:
    """A new hub, which serves from now on. Raises Refusal."""
    lab, body = call.lab, call.body()
    location = str(body.get("location") or "").replace(" ", "").lower()
    if not _NAME.fullmatch(name):
        wrong = f"'{name}' is no name of a hub: it has 3 to 50 letters, digits and hyphens, no hyphen at an end."
        raise Refusal(400, "InvalidResourceName", wrong)
    if location not in arm_hub.LOCATIONS:
        raise Refusal(400, "LocationNotAvailableForResourceType", f"'{location}' is none of the lab's locations: "
                      f"{', '.join(arm_hub.LOCATIONS)}.")  # fmt: skip
    unchanging.judge_identity(body, "IotHubs")
    if len(subscription.find(HUB_TYPE)) >= MOST_HUBS:
        raise Refusal(400, "OperationNotAllowed", f"A subscription has at most {MOST_HUBS} hubs.")
    made = lab.new_hub(name, _partitions(body))
    if any(made.hub.host.lower() == each.hub.host.lower() for each in lab.hubs):
        raise Refusal(409, "NameNotAvailable", f"The IotHub name '{name}' is not available.")
    resource = Resource(HUB_TYPE, made.hub.name, group, made.hub, location)
    arm_hub.update(call, resource)
    lab.further.append(made)
    subscription.resources.append(resource)
    return resource


def _part(within: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object within another, empty where there is none. Raises Refusal."""
    part = within.get(name) or {}
    if not isinstance(part, Mapping):
        raise Refusal(400, "InvalidRequestContent", f"'{name}' is an object.")
    return part


def _partitions(body: Mapping[str, Any]) -> int:
    """How many partitions are asked for. Raises Refusal."""
    events = _part(_part(_part(body, "properties"), "eventHubEndpoints"), "events")
    try:
        count = bindings.whole(events.get("partitionCount"), "'partitionCount'")
    except ValueError as malformed:
        raise Refusal(400, "InvalidRequestContent", f"{malformed}.") from None
    if count is not None and count not in PARTITIONS:
        raise Refusal(400, "InvalidRequestContent", "'partitionCount' is not from 2 to 32.")
    return count or 4


def remove(call: Call, subscription: Subscription, resource: Resource) -> None:
    """End a hub, with all that it holds. Raises Refusal for the one that the lab started with."""
    lab = call.lab
    runtime = next((each for each in lab.further if each.hub is resource.what), None)
    if runtime is None:
        raise Refusal(409, "Conflict", "The hub that a lab starts with stays as long as the lab.")
    path = subscription.id_of(resource)
    lab.further.remove(runtime)
    subscription.resources.remove(resource)
    lab.tenant.assignments[:] = [each for each in lab.tenant.assignments if each.scope.lower() != path.lower()]
    for device in tuple(runtime.hub.devices.values()):
        sessions.drop(runtime, device, 404001, "the hub was deleted")
