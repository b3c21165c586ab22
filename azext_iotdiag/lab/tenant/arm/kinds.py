"""The types of resources that the lab's resource manager knows, and the api-versions of each.

The versions are those of the management libraries in az and of the specifications in Azure/azure-rest-api-specs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from azext_iotdiag.lab.monitor import rules
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.arm import central as arm_central
from azext_iotdiag.lab.tenant.arm import dps as arm_dps
from azext_iotdiag.lab.tenant.arm import further_hubs as arm_further_hubs
from azext_iotdiag.lab.tenant.arm import hub as arm_hub
from azext_iotdiag.lab.tenant.arm import workspace as arm_workspace
from azext_iotdiag.lab.tenant.arm.answers import Call
from azext_iotdiag.lab.tenant.tenant import (
    ACTION_GROUP_TYPE,
    CENTRAL_TYPE,
    DPS_TYPE,
    HUB_TYPE,
    LOG_ALERT_TYPE,
    METRIC_ALERT_TYPE,
    WORKSPACE_TYPE,
    Resource,
    Subscription,
)


class ResourceKind(NamedTuple):
    """A type: how a resource of it is shown, changed, and what stands below it or can be done to it.

    `create` makes one in a group, `remove` ends one; None where a lab has those alone that it starts with. `created` is
    the status that answers the creation.
    """

    type: str
    versions: tuple[str, ...]
    show: Callable[[Resource, Subscription, Any], dict[str, Any]]
    update: Callable[[Call, Resource], None]
    inside: Callable[[Call, Resource, str, list[str]], Answer]
    create: Callable[[Call, Subscription, str, str], Resource] | None = None
    remove: Callable[[Call, Subscription, Resource], None] | None = None
    created: int = 201


def _of_monitor(type_: str, *versions: str, created: int = 201) -> ResourceKind:
    return ResourceKind(
        type_, versions, rules.show, rules.update, rules.inside, rules.creator(type_), rules.remove, created
    )


_ALL = (
    ResourceKind(
        HUB_TYPE,
        ("2018-04-01", "2020-03-01", "2021-03-31", "2021-07-02", "2022-04-30-preview", "2023-06-30",
         "2023-06-30-preview", "2025-08-01-preview"),
        arm_hub.show, arm_hub.update, arm_hub.inside, arm_further_hubs.create, arm_further_hubs.remove,
    ),
    ResourceKind(
        DPS_TYPE,
        ("2017-11-15", "2018-01-22", "2020-03-01", "2021-10-15", "2022-02-05", "2022-12-12", "2025-02-01-preview"),
        arm_dps.show, arm_dps.update, arm_dps.inside,
    ),
    ResourceKind(
        CENTRAL_TYPE,
        ("2018-09-01", "2021-06-01", "2021-11-01-preview"),
        arm_central.show, arm_central.update, arm_central.inside,
    ),
    ResourceKind(
        WORKSPACE_TYPE,
        ("2021-06-01", "2022-10-01", "2023-09-01", "2025-02-01"),
        arm_workspace.show, arm_workspace.update, arm_workspace.inside,
    ),
    _of_monitor(METRIC_ALERT_TYPE, "2018-03-01", "2024-03-01-preview", created=200),  # az takes no other
    _of_monitor(LOG_ALERT_TYPE, "2021-08-01", "2022-06-15", "2023-12-01"),
    _of_monitor(ACTION_GROUP_TYPE, "2019-06-01", "2021-09-01", "2022-06-01", "2023-01-01", "2024-10-01-preview"),
)  # fmt: skip
KINDS = {kind.type.lower(): kind for kind in _ALL}
NAME_CHECKS = {
    path: KINDS[type_.lower()]
    for path, type_ in (
        ("microsoft.devices/checknameavailability", HUB_TYPE),
        ("microsoft.devices/checkprovisioningservicenameavailability", DPS_TYPE),
        ("microsoft.iotcentral/checknameavailability", CENTRAL_TYPE),
    )
}
