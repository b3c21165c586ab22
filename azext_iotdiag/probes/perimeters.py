"""The network security perimeters that enclose a hub, as the resource manager shows them.

https://learn.microsoft.com/azure/private-link/network-security-perimeter-concepts
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.hub_settings import Perimeter
from azext_iotdiag.probes import manager
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.readings import objects, part, text

_STEP = "the network security perimeters of the hub"


def measure(context: Context, end: float, facts: Facts) -> tuple[Perimeter, ...]:
    """All of them. Raises StepFailed."""
    with manager.asked(context, _STEP) as (arm, id_):
        path = f"{manager.path_of(id_)}/networkSecurityPerimeterConfigurations"
        return tuple(map(read, arm.rows(path, manager.HUB_VERSION, _STEP)))


def read(row: Mapping[str, Any]) -> Perimeter:
    """One of them. What does not fit the shape that all services share counts as not told."""
    told = part(row, "properties")
    rules = part(told, "profile").get("accessRules")
    inbound = [each for each in objects(rules) if text(part(each, "properties"), "direction").lower() == "inbound"]
    name = text(part(told, "networkSecurityPerimeter"), "id").rpartition("/")[2] or text(row, "name")
    mode = text(part(told, "resourceAssociation"), "accessMode")
    return Perimeter(name, mode, len(inbound) if isinstance(rules, list) else None)
