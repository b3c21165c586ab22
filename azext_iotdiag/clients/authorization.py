"""What Azure says of the caller's rights at a scope: role assignments, deny assignments, and locks.

Everything raises ArmError and StepFailed. A row of another shape than the documented one is passed over.
https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
https://learn.microsoft.com/azure/role-based-access-control/list-deny-assignments-rest
https://learn.microsoft.com/rest/api/resources/management-locks/list-by-scope
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.clients.answers import part
from azext_iotdiag.clients.arm import Arm
from azext_iotdiag.clients.paths import whole
from azext_iotdiag.model.rights import DenyAssignment, Lock, Permissions, RoleAssignment

ROLES_VERSION = "2022-04-01"
DENY_VERSION = "2022-04-01"
LOCKS_VERSION = "2020-05-01"
_AUTHORIZATION = "providers/Microsoft.Authorization"


def role_assignments(arm: Arm, scope: str, object_id: str) -> list[RoleAssignment]:
    """The roles that the caller has at a scope or above it, itself or through a group, each with its name.

    Takes Microsoft.Authorization/roleAssignments/read, as the role Reader has it. A name that cannot be read is empty.
    """
    step = "the role assignments"
    rows = arm.rows(f"{whole(scope)}/{_AUTHORIZATION}/roleAssignments", ROLES_VERSION, step, _of_caller(object_id))
    inner = [(_text(row, "id"), part(row, "properties")) for row in rows]
    wanted = {_text(each, "roleDefinitionId").rpartition("/")[2].lower() for _, each in inner}
    names = _role_names(arm, scope, wanted) if wanted else {}
    return [
        RoleAssignment(
            id_,
            role := _text(each, "roleDefinitionId"),
            names.get(role.rpartition("/")[2].lower(), ""),
            _text(each, "scope"),
            _text(each, "principalId"),
            _text(each, "condition"),
        )
        for id_, each in inner
    ]


def deny_assignments(arm: Arm, scope: str, object_id: str) -> list[DenyAssignment]:
    """The deny assignments at a scope or above it that name the caller, or a group of the caller's."""
    step = "the deny assignments"
    rows = arm.rows(f"{whole(scope)}/{_AUTHORIZATION}/denyAssignments", DENY_VERSION, step, _of_caller(object_id))
    return [_denial(row) for row in rows]


def locks(arm: Arm, scope: str) -> list[Lock]:
    """The locks of a scope and of all that is above it."""
    path = f"{whole(scope)}/{_AUTHORIZATION}/locks"
    return [_lock(row) for row in arm.rows(path, LOCKS_VERSION, "the locks", "atScope()")]


def _of_caller(object_id: str) -> str:
    return f"atScope() and assignedTo('{object_id}')"


def _role_names(arm: Arm, scope: str, wanted: set[str]) -> dict[str, str]:
    """The names of roles by the last part of their ids."""
    rows = arm.rows(f"{whole(scope)}/{_AUTHORIZATION}/roleDefinitions", ROLES_VERSION, "the names of roles")
    named = {_text(row, "name").lower(): _text(part(row, "properties"), "roleName") for row in rows}
    return {id_: name for id_, name in named.items() if id_ in wanted}


def _denial(row: Mapping[str, Any]) -> DenyAssignment:
    inner = part(row, "properties")
    rules = inner.get("permissions")
    held = [each for each in rules if isinstance(each, dict)] if isinstance(rules, list) else []

    def patterns(name: str) -> tuple[str, ...]:
        return tuple(str(each) for rule in held for each in (rule.get(name) or ()) if isinstance(each, str))

    denied = Permissions(
        patterns("actions"), patterns("notActions"), patterns("dataActions"), patterns("notDataActions")
    )
    whom = _text(inner, "scope")
    return DenyAssignment(
        _text(row, "id"),
        _text(inner, "denyAssignmentName"),
        whom,
        denied,
        inner.get("doNotApplyToChildScopes") is not True,
    )


def _lock(row: Mapping[str, Any]) -> Lock:
    inner = part(row, "properties")
    scope = _text(row, "id").partition(f"/{_AUTHORIZATION}/locks/")[0]
    return Lock(_text(row, "name"), _text(inner, "level"), scope, _text(inner, "notes"))


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""
