"""Who the account's owner is, and the request on that person's behalf."""

from __future__ import annotations

import pytest

from azext_iotdiag.login import az_login, caller
from azext_iotdiag.login.account import User
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.rights import CallerKind, RoleRequest
from tests.login.arm import Arm, not_signed_in

REQUEST = RoleRequest("Reader", "/subscriptions/s1", "*/read")
CLIENT = "c0000000-0000-0000-0000-000000000001"


class Graph(Arm):
    """Microsoft Graph in the place of the resource manager."""

    def serve(self, method: str, host: str, target: str, _body: bytes):
        if host != "graph.microsoft.com":
            return super().serve(method, host, target, _body)
        return self.answers.get(target.partition("?")[0], (404, {"error": {"code": "Request_ResourceNotFound"}}))


def test_a_user_and_the_command_for_the_administrator() -> None:
    graph = Graph(answers={"/v1.0/me": (200, {"id": "o1", "userPrincipalName": "alice@x"})})
    account = graph.account(User(CallerKind.USER, "alice@x"))
    found = caller.find(account)
    assert found is not None and (found.object_id, found.kind, found.name) == ("o1", CallerKind.USER, "alice@x")
    assert caller.on_behalf(account, REQUEST).command == (
        "az role assignment create --assignee-object-id o1 --assignee-principal-type User "
        '--role "Reader" --scope "/subscriptions/s1"'
    )


def test_an_application_by_its_client_id() -> None:
    path = f"/v1.0/servicePrincipals(appId='{CLIENT}')"
    graph = Graph(answers={path: (200, {"id": "o2", "displayName": "build"})})
    found = caller.find(graph.account(User(CallerKind.SERVICE_PRINCIPAL, CLIENT)))
    assert found is not None and (found.object_id, found.kind) == ("o2", CallerKind.SERVICE_PRINCIPAL)


def test_a_managed_identity_without_any_id_is_not_known() -> None:
    graph = Graph()
    account = graph.account(User(CallerKind.SERVICE_PRINCIPAL, ""))
    assert caller.find(account) is None and graph.asked == []
    assert caller.on_behalf(account, REQUEST) == REQUEST


def test_a_request_stands_without_its_caller() -> None:
    graph = Graph()
    with pytest.raises(StepFailed):
        caller.find(graph.account())
    assert caller.on_behalf(graph.account(), REQUEST) == REQUEST
    graph.tokens["https://graph.microsoft.com"] = not_signed_in()
    assert caller.on_behalf(graph.account(), REQUEST) == REQUEST


@pytest.mark.parametrize(("user", "kind", "name"), [
    ({"type": "user", "name": "alice@x"}, CallerKind.USER, "alice@x"),
    ({"type": "servicePrincipal", "name": CLIENT}, CallerKind.SERVICE_PRINCIPAL, CLIENT),
    ({"type": "servicePrincipal", "name": "systemAssignedIdentity", "assignedIdentityInfo": "MSI"},
     CallerKind.SERVICE_PRINCIPAL, ""),
    ({"type": "servicePrincipal", "name": "userAssignedIdentity", "assignedIdentityInfo": f"MSIClient-{CLIENT}"},
     CallerKind.SERVICE_PRINCIPAL, CLIENT),
    ({"type": "servicePrincipal", "name": "userAssignedIdentity", "assignedIdentityInfo": "MSIResource-/x"},
     CallerKind.SERVICE_PRINCIPAL, ""),
])  # fmt: skip
def test_who_az_says_it_is(user: dict, kind: CallerKind, name: str) -> None:
    assert az_login.user_of({"user": user}) == User(kind, name)
