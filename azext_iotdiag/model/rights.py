"""Who the caller is in Azure, what role and deny assignments and locks say, and what to ask an administrator for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class CallerKind(Enum):
    """What kind of principal is signed in, as `az role assignment create --assignee-principal-type` calls it."""

    USER = "User"
    SERVICE_PRINCIPAL = "ServicePrincipal"


@dataclass(frozen=True)
class Caller:
    """The principal that is signed in: its object id in the tenant, its kind, and its name for people."""

    object_id: str
    kind: CallerKind
    name: str = ""


@dataclass(frozen=True)
class Permissions:
    """Actions that are allowed or denied, as patterns with `*`. Those of the services' own APIs are data actions."""

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoleAssignment:
    """A role that the caller has, itself or through a group.

    `role_id` is the id of the role's definition, `role` its name, empty where it could not be read. `scope` is the
    place from which on it holds. `condition` limits it, where it is not empty.
    """

    id: str
    role_id: str
    role: str
    scope: str
    principal: str
    condition: str = ""


@dataclass(frozen=True)
class DenyAssignment:
    """Actions that are denied to the caller, whatever its roles allow. `for_children` tells whether it goes down."""

    id: str
    name: str
    scope: str
    denied: Permissions
    for_children: bool = True


@dataclass(frozen=True)
class Lock:
    """A lock of the resource or of what is above it. `level` is CanNotDelete or ReadOnly.

    ReadOnly also blocks actions that are sent by POST, such as listing keys.
    https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
    """

    name: str
    level: str
    scope: str
    notes: str = ""

    @property
    def blocks_keys(self) -> bool:
        """Whether keys cannot be listed under it."""
        return self.level == "ReadOnly"


@dataclass(frozen=True)
class RoleRequest:
    """What an administrator is asked for: a role for the caller at a scope, because an action lacks.

    `caller` is None where it is not known who is signed in. `assignee` is the object id of the caller where only that
    is known. Without both, `command` has a placeholder.
    """

    role: str
    scope: str
    action: str
    caller: Caller | None = None
    assignee: str = ""

    @property
    def why(self) -> str:
        """The reason, for the administrator."""
        return f"It allows {self.action}." if self.action else ""

    @property
    def command(self) -> str:
        """The command that the administrator runs."""
        who = f"--assignee {self.assignee or 'YOUR-NAME'}"
        if self.caller is not None:
            who = f"--assignee-object-id {self.caller.object_id} --assignee-principal-type {self.caller.kind.value}"
        return f'az role assignment create {who} --role "{self.role}" --scope "{self.scope}"'
