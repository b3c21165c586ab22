"""Roles, deny assignments and locks, as the lab's resource manager tells them and in odd shapes."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients import authorization
from azext_iotdiag.clients.arm import Arm, ArmError
from azext_iotdiag.lab.lab import Lab, new_lab
from azext_iotdiag.lab.tenant.roles import HUB_READER, Denial, Lock
from azext_iotdiag.model.rights import CallerKind
from tests.plugins.http_in_memory import to, to_lab
from tests.plugins.lab_requests import ARM, token


@pytest.fixture
def state() -> Lab:
    return new_lab()


def manager(state: Lab, role: str = "Owner") -> Arm:
    text = token(state, state.tenant.named("servicePrincipal", role))
    return Arm(ARM, lambda: text, http=to_lab(state))


def test_the_roles_of_the_caller_at_a_resource_and_above(state: Lab) -> None:
    azure = state.tenant
    me, hub = azure.named("servicePrincipal", "Reader"), azure.path_of(state.hub)
    azure.assign(me, HUB_READER, hub)
    found = authorization.role_assignments(manager(state), hub, me.object_id)
    assert [(each.role, each.scope) for each in found] == [
        ("Reader", azure.subscriptions[0].path), ("IoT Hub Data Reader", hub)
    ]  # fmt: skip
    assert {each.principal for each in found} == {me.object_id}
    above = authorization.role_assignments(manager(state), azure.subscriptions[0].path, me.object_id)
    assert [each.role for each in above] == ["Reader"], "what holds below is not said to hold here"


def test_a_deny_assignment(state: Lab) -> None:
    azure = state.tenant
    me, hub = azure.named("servicePrincipal", "Owner"), azure.path_of(state.hub)
    azure.denials.append(Denial("d1", "managed app", me.object_id, azure.subscriptions[0].path, ("*/listkeys/action",)))
    (found,) = authorization.deny_assignments(manager(state), hub, me.object_id)
    assert (found.name, found.denied.actions, found.for_children) == ("managed app", ("*/listkeys/action",), True)
    assert authorization.deny_assignments(manager(state), hub, "another") == []
    service = manager(state).hubs(azure.subscriptions[0].id)[0]
    with pytest.raises(ArmError) as error:
        manager(state).policies(service)
    assert (error.value.status, error.value.code) == (403, "DenyAssignmentAuthorizationFailed")
    assert error.value.caller == me.object_id


@pytest.mark.parametrize(("level", "blocks"), [("ReadOnly", True), ("CanNotDelete", False)])
def test_a_lock_above_a_hub(state: Lab, level: str, blocks: bool) -> None:
    azure = state.tenant
    subscription, hub = azure.subscriptions[0], azure.path_of(state.hub)
    group = hub.partition("/providers/")[0]
    azure.locks += [Lock("keep", level, group, "ask Alice"), Lock("below", level, f"{hub}/x")]
    (found,) = authorization.locks(manager(state), hub)
    assert (found.name, found.level, found.scope, found.notes) == ("keep", level, group, "ask Alice")
    assert found.blocks_keys == blocks
    service = manager(state).hubs(subscription.id)[0]
    if not blocks:
        assert manager(state).policies(service)
        return
    with pytest.raises(ArmError) as error:
        manager(state).policies(service)
    assert (error.value.status, error.value.code) == (409, "ScopeLocked") and group in str(error.value)


def test_any_resource_by_its_id(state: Lab) -> None:
    hub = state.tenant.path_of(state.hub)
    assert manager(state).resource(hub, "2023-06-30")["properties"]["hostName"] == state.hub.host
    with pytest.raises(ArmError) as error:
        manager(state).resource(hub + "x", "2023-06-30")
    assert (error.value.status, error.value.code) == (404, "ResourceNotFound")


ODD = [{}, {"properties": None}, {"id": 7, "name": [], "properties": {"permissions": 3, "level": {}, "scope": 1}}]


@pytest.mark.parametrize("row", ODD)
def test_rows_in_odd_shapes(row: dict) -> None:
    arm = Arm(ARM, lambda: "t", http=to(lambda *_: (200, {"value": [row]})))
    assert authorization.locks(arm, "/s")[0].blocks_keys is False
    assert authorization.deny_assignments(arm, "/s", "me")[0].denied.actions == ()
    assert authorization.role_assignments(arm, "/s", "me")[0].role == ""


def test_what_is_asked() -> None:
    asked: list[str] = []
    arm = Arm(ARM, lambda: "t", http=to(lambda *_: (200, {"value": []}), asked))
    authorization.role_assignments(arm, "/subscriptions/a b", "id")
    authorization.locks(arm, "/subscriptions/s")
    assert asked == [
        "GET /subscriptions/a%20b/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01"
        "&$filter=atScope%28%29%20and%20assignedTo%28%27id%27%29",
        "GET /subscriptions/s/providers/Microsoft.Authorization/locks?api-version=2020-05-01&$filter=atScope%28%29",
    ]


def test_the_kinds_are_those_of_az() -> None:
    assert {each.value for each in CallerKind} == {"User", "ServicePrincipal"}
