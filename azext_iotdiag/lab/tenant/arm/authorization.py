"""Who may do what at a scope, as the resource manager shows it: roles and their assignments, denials, and locks.

https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
https://learn.microsoft.com/azure/role-based-access-control/list-deny-assignments-rest
"""

from __future__ import annotations

import re
from typing import Any

from azext_iotdiag.lab.net import not_played
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant import roles
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, not_allowed, values
from azext_iotdiag.lab.tenant.tenant import SERVICE_PRINCIPAL, USER

_KINDS = {USER: "User", SERVICE_PRINCIPAL: "ServicePrincipal"}
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def authorization(call: Call, scope: str, rest: list[str]) -> Answer:
    """What may be done at a scope: the caller's own permissions, roles, assignments, deny assignments and locks."""
    tenant, what = call.lab.tenant, rest[0].lower()
    if what == "roleassignments" and len(rest) == 2:
        return _assignment(call, scope, rest[1])
    if call.method != "GET":
        raise not_allowed(call)
    if what in _LISTS:
        call.demand(f"Microsoft.Authorization/{rest[0]}/read", scope)
        return values(_LISTS[what](call, scope))
    if what == "permissions":
        mine = roles.effective(tenant.assignments, call.object_id, scope)
        return values([_permission(role) for role in mine])
    if what not in ("roleassignments", "roledefinitions"):
        raise Refusal(404, "InvalidResourceType", f"The resource type '{rest[0]}' could not be found.")
    call.demand(f"Microsoft.Authorization/{rest[0]}/read", scope)
    path = f"{'/'.join(scope.split('/')[:3])}/providers/Microsoft.Authorization"
    if what == "roledefinitions":
        known = [role for role in roles.ROLES if len(rest) == 1 or role.id == rest[1].lower()]
        known = [role for role in known if _named(call, role.name)]
        rows = [_role(role, f"{path}/roleDefinitions/{role.id}") for role in known]
        if len(rest) > 1 and not rows:
            raise Refusal(404, "RoleDefinitionDoesNotExist", f"The role definition '{rest[1]}' does not exist.")
        return Answer(200, rows[0]) if len(rest) > 1 else values(rows)
    listed = [each for each in tenant.assignments if _listed(call, each.scope, scope) and _of(call, each.principal)]
    return values([_shown(call, each, scope) for each in listed])


def _shown(call: Call, assignment: roles.Assignment, scope: str) -> dict[str, Any]:
    """A role assignment."""
    holder = call.lab.tenant.principal(assignment.principal)
    path = f"{'/'.join(scope.split('/')[:3])}/providers/Microsoft.Authorization"
    return {
        "id": f"{assignment.scope}/providers/Microsoft.Authorization/roleAssignments/{assignment.id}",
        "name": assignment.id,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "roleDefinitionId": f"{path}/roleDefinitions/{assignment.role.id}",
            "principalId": assignment.principal,
            "principalType": _KINDS.get(holder.kind if holder else "", "ServicePrincipal"),
            "scope": assignment.scope,
        },
    }


def _assignment(call: Call, scope: str, name: str) -> Answer:
    """One role assignment: shown, made, or removed. Raises Refusal."""
    assignments = call.lab.tenant.assignments
    known = next((each for each in assignments if each.id == name.lower()), None)
    if call.method == "PUT":
        call.demand("Microsoft.Authorization/roleAssignments/write", scope)
        made = _asked(call, scope, name.lower())
        same = [each for each in assignments if each[1:] == made[1:]]
        if same or known is not None:
            raise Refusal(409, "RoleAssignmentExists", "The role assignment already exists.")
        assignments.append(made)
        return Answer(201, _shown(call, made, scope))
    if call.method not in ("GET", "DELETE"):
        raise not_allowed(call)
    call.demand(f"Microsoft.Authorization/roleAssignments/{'read' if call.method == 'GET' else 'delete'}", scope)
    if known is None:
        if call.method == "DELETE":
            return Answer(204)
        raise Refusal(404, "RoleAssignmentNotFound", f"The role assignment '{name}' is not found.")
    if call.method == "DELETE":
        assignments.remove(known)
    return Answer(200, _shown(call, known, scope))


def _asked(call: Call, scope: str, name: str) -> roles.Assignment:
    """The role assignment that a body asks for. Raises Refusal."""
    properties = call.body().get("properties")
    if not isinstance(properties, dict) or not _GUID.fullmatch(name):
        raise Refusal(400, "InvalidRoleAssignmentId", f"The role assignment ID '{name}' is not a GUID, or has no body.")
    if properties.get("condition"):
        raise Refusal(not_played.STATUS, not_played.CODE, "The lab does not play conditions of role assignments.")
    wanted = str(properties.get("roleDefinitionId") or "").rpartition("/")[2].lower()
    role = next((each for each in roles.ROLES if each.id == wanted), None)
    if role is None:
        raise Refusal(404, "RoleDefinitionDoesNotExist", f"The role definition '{wanted}' does not exist.")
    principal = call.lab.tenant.principal(str(properties.get("principalId") or ""))
    if principal is None:
        wrong = f"Principal {properties.get('principalId')} does not exist in the directory {call.lab.tenant.id}."
        raise Refusal(400, "PrincipalNotFound", wrong)
    return roles.Assignment(name, principal.object_id, role, scope)


def _listed(call: Call, own: str, scope: str) -> bool:
    """Whether what holds at `own` is in the list of a scope: at it and above; below, too, unless atScope() is asked."""
    below = "atscope()" not in call.request.query.get("$filter", "").lower()
    return roles.covers(own, scope) or (below and roles.covers(scope, own))


def _locks(call: Call, scope: str) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{each.scope}/providers/Microsoft.Authorization/locks/{each.name}",
            "name": each.name,
            "type": "Microsoft.Authorization/locks",
            "properties": {"level": each.level, "notes": each.notes},
        }
        for each in call.lab.tenant.locks
        if _listed(call, each.scope, scope)
    ]


def _denials(call: Call, scope: str) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{each.scope}/providers/Microsoft.Authorization/denyAssignments/{each.id}",
            "name": each.id,
            "type": "Microsoft.Authorization/denyAssignments",
            "properties": {
                "denyAssignmentName": each.name,
                "permissions": [
                    {
                        "actions": list(each.actions),
                        "notActions": [],
                        "dataActions": list(each.data_actions),
                        "notDataActions": [],
                    }
                ],
                "scope": each.scope,
                "doNotApplyToChildScopes": False,
                "principals": [{"id": each.principal, "type": "User"}],
                "excludePrincipals": [],
                "isSystemProtected": True,
            },
        }
        for each in call.lab.tenant.denials
        if _listed(call, each.scope, scope) and _of(call, each.principal)
    ]


_LISTS = {"locks": _locks, "denyassignments": _denials}


def _of(call: Call, principal: str) -> bool:
    """Whether an assignment is of those that `$filter` asks for: principalId eq, assignedTo, or atScope()."""
    asked = call.request.query.get("$filter", "")
    return "'" not in asked or principal in asked


def _named(call: Call, name: str) -> bool:
    asked = call.request.query.get("$filter", "")
    return not asked.lower().startswith("rolename eq ") or asked[12:].strip("'").lower() == name.lower()


def _permission(role: roles.Role) -> dict[str, Any]:
    return {
        "actions": list(role.actions),
        "notActions": list(role.not_actions),
        "dataActions": list(role.data_actions),
        "notDataActions": [],
    }


def _role(role: roles.Role, path: str) -> dict[str, Any]:
    properties = {
        "roleName": role.name,
        "type": "BuiltInRole",
        "assignableScopes": ["/"],
        "permissions": [_permission(role)],
    }
    return {"id": path, "name": role.id, "type": "Microsoft.Authorization/roleDefinitions", "properties": properties}
