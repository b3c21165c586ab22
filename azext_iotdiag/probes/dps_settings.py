"""The settings of a provisioning service, as the resource manager shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.clients.arm import DPS_VERSION
from azext_iotdiag.model.dps_settings import DpsSettings, LinkedHub
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.probes import manager
from azext_iotdiag.probes.context import Access, Context
from azext_iotdiag.probes.readings import objects, part, text

_STEP = "the settings of the provisioning service"


def measure(context: Context, end: float, facts: Facts) -> DpsSettings:
    """The settings that decide whether devices get a hub. Raises StepFailed."""
    with manager.asked(context, _STEP, Access.DPS_RESOURCE) as (arm, id_):
        return read(arm.resource(id_, DPS_VERSION))


def read(told: Mapping[str, Any]) -> DpsSettings:
    """The settings in a resource. What does not fit its documented shape counts as not told."""
    inner = part(told, "properties")
    return DpsSettings(
        host=text(inner, "serviceOperationsHostName").lower(),
        state=text(inner, "state"),
        id_scope=text(inner, "idScope"),
        allocation=text(inner, "allocationPolicy"),
        keys_allowed=inner.get("disableLocalAuth") is not True,
        public_access=text(inner, "publicNetworkAccess").lower() != "disabled",
        address_rules=len(objects(inner.get("ipFilterRules"))),
        hubs=tuple(
            LinkedHub(text(each, "name").lower(), each.get("applyAllocationPolicy") is not False)
            for each in objects(inner.get("iotHubs"))
        ),
    )
