"""Who may do what at a scope, as the resource manager shows it: roles and their assignments, denials, and locks.

https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
https://learn.microsoft.com/azure/role-based-access-control/list-deny-assignments-rest
"""

from __future__ import annotations

from typing import Any

from azext_iotdiag.lab.net.exchange import Answer
from azext_iotdiag.lab.tenant import roles
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, not_allowed, values
from azext_iotdiag.lab.tenant.tenant import SERVICE_PRINCIPAL, USER


def authorization(call: Call, scope: str, rest: list[str]) -> Answer:
    """What may be done at a scope: the caller's own permissions, roles, assignments, deny assignments and locks."""
    tenant, what = call.lab.tenant, rest[0].lower()
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
    kinds = {USER: "User", SERVICE_PRINCIPAL: "ServicePrincipal"}
    rows = []
    for each in tenant.assignments:
        holder = tenant.principal(each.principal)
        if not _listed(call, each.scope, scope) or not _of(call, each.principal):
            continue
        properties = {
            "roleDefinitionId": f"{path}/roleDefinitions/{each.role.id}",
            "principalId": each.principal,
            "principalType": kinds.get(holder.kind if holder else "", "ServicePrincipal"),
            "scope": each.scope,
        }
        rows.append(
            {
                "id": f"{each.scope}/providers/Microsoft.Authorization/roleAssignments/{each.id}",
                "name": each.id,
                "type": "Microsoft.Authorization/roleAssignments",
                "properties": properties,
            }
        )
    return values(rows)


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
