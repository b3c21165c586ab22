"""`health show`: what Azure says of the health of a service, and of its platform."""

from __future__ import annotations

from dataclasses import replace

from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.clients import resource_health
from azext_iotdiag.clients.arm import (
    CENTRAL_TYPE,
    CENTRAL_VERSION,
    DPS_TYPE,
    DPS_VERSION,
    HUB_VERSION,
    Arm,
    ArmError,
    is_of,
)
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.health import HealthRead, Issue
from azext_iotdiag.probes import manager
from azext_iotdiag.probes.context import Context

_NOT_OFFERED = ("UnsupportedResourceType", "ResourceTypeNotSupported")


def read(context: Context) -> HealthRead:
    """The health of the service, its history, and the service issues of its subscription."""
    host = context.resource.host if context.resource is not None else ""
    try:
        with manager.asked(context, resource_health.HEALTH_STEP) as (arm, id_):
            return _read(arm, id_, host)
    except StepFailed as failed:
        return HealthRead(host, failure=finding_of(Service.MANAGER, failed.failure))


def _read(arm: Arm, id_: str, host: str) -> HealthRead:
    is_dps, is_app = is_of(id_, DPS_TYPE), is_of(id_, CENTRAL_TYPE)
    version = DPS_VERSION if is_dps else CENTRAL_VERSION if is_app else HUB_VERSION
    region = str(arm.resource(id_, version).get("location") or "")
    issues, unread = _issues(arm, id_, region)
    found = HealthRead(host, region, offered=False, issues=issues, unread=unread, of_app=is_app)
    if is_dps:
        return found
    try:
        current, history = resource_health.current(arm, id_), tuple(resource_health.history(arm, id_))
    except ArmError as error:
        if error.code in _NOT_OFFERED:
            return found
        raise
    return replace(found, offered=True, current=current, history=history)


def _issues(arm: Arm, id_: str, region: str) -> tuple[tuple[Issue, ...] | None, str]:
    """The issues, or why they cannot be read: they belong to the subscription, not to the resource."""
    try:
        return tuple(resource_health.issues(arm, id_.split("/")[2], region)), ""
    except ArmError as error:
        return None, f"{error.code or error.status}: {error.message}"
