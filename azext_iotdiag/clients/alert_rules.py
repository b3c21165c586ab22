"""Alert rules, action groups and event subscriptions, by way of the resource manager."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azext_iotdiag.clients.answers import part
from azext_iotdiag.clients.arm import Arm, ArmError
from azext_iotdiag.clients.paths import whole
from azext_iotdiag.model.alert import EventSubscription, Write

# https://learn.microsoft.com/rest/api/eventgrid/controlplane/event-subscriptions/list-by-resource
EVENTS_VERSION = "2022-06-15"
# https://learn.microsoft.com/rest/api/resources/resources/list-by-resource-group
RESOURCES_VERSION = "2021-04-01"
RULES_STEP, EVENTS_STEP = "the alert rules", "the event subscriptions of the hub"
CLASSIC = "microsoft.insights/alertrules"  # retired by Azure


def found(arm: Arm, id_: str, version: str) -> dict[str, Any] | None:
    """A resource by its id; None where there is none. Raises ArmError and StepFailed."""
    try:
        return arm.resource(id_, version)
    except ArmError as error:
        if error.status == 404:
            return None
        raise


def rows(arm: Arm, scope: str, type_: str, version: str) -> Iterator[dict[str, Any]]:
    """The resources of a type of Microsoft.Insights in a subscription or a group. Raises ArmError and StepFailed."""
    return arm.rows(f"{whole(scope)}/providers/Microsoft.Insights/{type_}", version, RULES_STEP)


def classic(arm: Arm, scope: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The names and tags of classic rules, in the list of all resources: their own API is gone."""
    listed = arm.rows(f"{whole(scope)}/resources", RESOURCES_VERSION, RULES_STEP, f"resourceType eq '{CLASSIC}'")
    return [(str(row.get("name")), part(row, "tags")) for row in listed]


def fires(arm: Arm, id_: str, version: str) -> bool | None:
    """Whether a metric alert fires now; None where it was not evaluated yet. Raises ArmError and StepFailed."""
    told = arm.rows(f"{whole(id_)}/status", version, RULES_STEP)
    states = [str(part(row, "properties").get("status")) for row in told]
    return "Unhealthy" in states if states else None


def event_subscriptions(arm: Arm, id_: str) -> list[EventSubscription]:
    """The subscriptions of Event Grid to a hub. Raises ArmError and StepFailed."""
    path = f"{whole(id_)}/providers/Microsoft.EventGrid/eventSubscriptions"
    return [_subscription(row) for row in arm.rows(path, EVENTS_VERSION, EVENTS_STEP)]


def _subscription(row: Mapping[str, Any]) -> EventSubscription:
    properties = part(row, "properties")
    events = part(properties, "filter").get("includedEventTypes")
    return EventSubscription(
        str(row.get("name")),
        tuple(str(each) for each in events) if isinstance(events, list) else (),
        str(part(properties, "destination").get("endpointType") or ""),
    )


def carry_out(arm: Arm, write: Write) -> None:
    """Make, replace or delete a rule or a group. Raises ArmError and StepFailed."""
    arm.change("PUT" if write.body is not None else "DELETE", write.id, write.version, write.body)
