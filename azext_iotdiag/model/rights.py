"""Who the caller is in Azure, and what to ask an administrator for."""

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
