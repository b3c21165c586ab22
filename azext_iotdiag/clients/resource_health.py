"""Resource Health and Service Health, by way of the resource manager."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from azext_iotdiag.clients.answers import part
from azext_iotdiag.clients.arm import Arm
from azext_iotdiag.clients.paths import whole
from azext_iotdiag.model.health import Availability, Issue

# https://learn.microsoft.com/rest/api/resourcehealth/availability-statuses
HEALTH_VERSION = "2022-10-01"
# https://learn.microsoft.com/rest/api/resourcehealth/events/list-by-subscription-id
EVENTS_VERSION = "2024-02-01"
HEALTH_STEP, EVENTS_STEP = "the health of the service", "the service issues of the subscription"
_OURS = "iot"  # in the names of the services: IoT Hub, IoT Central, IoT Hub Device Provisioning Service
_EVERYWHERE = "global"


def current(arm: Arm, id_: str) -> Availability:
    """How the resource is now. Raises ArmError and StepFailed."""
    path = f"{id_}/providers/Microsoft.ResourceHealth/availabilityStatuses/current"
    return _availability(arm.resource(path, HEALTH_VERSION))


def history(arm: Arm, id_: str) -> list[Availability]:
    """How the resource was in the last 30 days, newest first. Raises ArmError and StepFailed."""
    path = f"{whole(id_)}/providers/Microsoft.ResourceHealth/availabilityStatuses"
    return [_availability(row) for row in arm.rows(path, HEALTH_VERSION, HEALTH_STEP)]


def issues(arm: Arm, subscription: str, region: str) -> list[Issue]:
    """The events of the platform that touch a subscription. Raises ArmError and StepFailed."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.ResourceHealth/events"
    return [_issue(row, region) for row in arm.rows(path, EVENTS_VERSION, EVENTS_STEP)]


def _availability(row: Mapping[str, Any]) -> Availability:
    told = part(row, "properties")
    actions = told.get("recommendedActions")
    return Availability(
        str(told.get("availabilityState") or "Unknown"),
        str(told.get("title") or ""),
        str(told.get("summary") or ""),
        str(told.get("reasonType") or ""),
        _moment(told.get("occuredTime")),  # spelt so by the service
        tuple(str(each.get("action")) for each in actions if isinstance(each, dict))
        if isinstance(actions, list)
        else (),
    )


def _issue(row: Mapping[str, Any], region: str) -> Issue:
    told = part(row, "properties")
    impact = [each for each in told.get("impact") or () if isinstance(each, dict)]
    services = tuple(str(each.get("impactedService")) for each in impact)
    regions = {
        str(place.get("impactedRegion"))
        for each in impact
        for place in each.get("impactedRegions") or ()
        if isinstance(place, dict)
    }
    plain = {each.replace(" ", "").lower() for each in regions}
    ours = any(_OURS in each.lower() for each in services)
    return Issue(
        str(row.get("name") or ""),
        str(told.get("title") or ""),
        str(told.get("eventType") or ""),
        str(told.get("status")).lower() == "active",
        services,
        tuple(sorted(regions)),
        _moment(told.get("impactStartTime")),
        ours and bool({region.replace(" ", "").lower(), _EVERYWHERE} & plain or not plain),
    )


def _moment(text: Any) -> int | None:
    if not isinstance(text, str):
        return None
    try:
        head, _, tail = text.rstrip("Z").partition(".")
        return round(datetime.fromisoformat(f"{head}.{tail[:6].ljust(6, '0')}+00:00").timestamp() * 1000)
    except ValueError:
        return None
