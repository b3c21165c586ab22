"""The roles that Azure gives to principals of a lab, and whether they allow an action. Pure data and functions.

https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple


class Role(NamedTuple):
    """A built-in role: what it allows of the resource manager (actions) and of the services' own APIs (data)."""

    name: str
    id: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()


class Assignment(NamedTuple):
    """Who (an object id) has which role where (the id of a subscription, a resource group or a resource)."""

    id: str
    principal: str
    role: Role
    scope: str


class Denial(NamedTuple):
    """A deny assignment: what a principal (an object id) may not do from a scope on, whatever the roles are."""

    id: str
    name: str
    principal: str
    scope: str
    actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()

    def denies(self, principal: str, action: str, resource: str, *, data: bool) -> bool:
        """Whether it denies a principal an action at a resource."""
        patterns = self.data_actions if data else self.actions
        return principal == self.principal and covers(self.scope, resource) and _among(action, patterns)


class Lock(NamedTuple):
    """A lock of a scope and of what is below it: CanNotDelete or ReadOnly."""

    name: str
    level: str
    scope: str
    notes: str = ""

    def blocks(self, action: str, resource: str) -> bool:
        """Whether it blocks an action of the resource manager at a resource: ReadOnly all but reading."""
        verb = action.rpartition("/")[2].lower()
        blocked = verb != "read" if self.level == "ReadOnly" else verb == "delete"
        return blocked and covers(self.scope, resource)


OWNER = Role("Owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", ("*",))
CONTRIBUTOR = Role(
    "Contributor",
    "b24988ac-6180-42a0-ab88-20f7382dd24c",
    ("*",),
    (
        "Microsoft.Authorization/*/Delete",
        "Microsoft.Authorization/*/Write",
        "Microsoft.Authorization/elevateAccess/Action",
    ),
)
READER = Role("Reader", "acdd72a7-3385-48ef-bd42-f606fba81ae7", ("*/read",))
HUB_READER = Role(
    "IoT Hub Data Reader",
    "b447c946-2db7-41ec-983d-d8bf3b1c77e3",
    data_actions=("Microsoft.Devices/IotHubs/*/read", "Microsoft.Devices/IotHubs/fileUpload/notifications/action"),
)
HUB_CONTRIBUTOR = Role(
    "IoT Hub Data Contributor", "4fc6c259-987e-4a07-842e-c321cc9d413f", data_actions=("Microsoft.Devices/IotHubs/*",)
)
REGISTRY_CONTRIBUTOR = Role(
    "IoT Hub Registry Contributor",
    "4ea46cd5-c1b2-4a8e-910b-273211f9ce47",
    data_actions=("Microsoft.Devices/IotHubs/devices/*",),
)
TWIN_CONTRIBUTOR = Role(
    "IoT Hub Twin Contributor",
    "494bdba2-168f-4f31-a0a1-191d2f7c028c",
    data_actions=("Microsoft.Devices/IotHubs/twins/*",),
)
DPS_READER = Role(
    "Device Provisioning Service Data Reader",
    "10745317-c249-44a1-a5ce-3a4353c0bbd8",
    data_actions=("Microsoft.Devices/provisioningServices/*/read",),
)
DPS_CONTRIBUTOR = Role(
    "Device Provisioning Service Data Contributor",
    "dfce44e4-17b7-4bd1-a6d1-04996ec95633",
    data_actions=("Microsoft.Devices/provisioningServices/*",),
)
ROLES = (
    OWNER, CONTRIBUTOR, READER, HUB_READER, HUB_CONTRIBUTOR, REGISTRY_CONTRIBUTOR, TWIN_CONTRIBUTOR, DPS_READER,
    DPS_CONTRIBUTOR,
)  # fmt: skip


def covers(scope: str, resource: str) -> bool:
    """Whether an assignment at `scope` holds for a resource's id; neither's case matters."""
    above, below = scope.lower().rstrip("/"), resource.lower().rstrip("/")
    return below == above or below.startswith(f"{above}/")


def effective(assignments: Iterable[Assignment], principal: str, resource: str) -> list[Role]:
    """The roles of a principal at a resource."""
    return [each.role for each in assignments if each.principal == principal and covers(each.scope, resource)]


def allows(roles: Iterable[Role], action: str, *, data: bool = False) -> bool:
    """Whether one of the roles allows an action such as Microsoft.Devices/IotHubs/listkeys/action."""
    for role in roles:
        given = role.data_actions if data else role.actions
        if _among(action, given) and not (_among(action, role.not_actions) and not data):
            return True
    return False


def _among(action: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
