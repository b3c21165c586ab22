"""Roles, deny assignments and locks, as the lab's resource manager tells them, and what they keep a caller from."""

from __future__ import annotations

import pytest

from azext_iotdiag.clients.arm import Arm, ArmError
from azext_iotdiag.lab.lab import Lab, new_lab
from azext_iotdiag.lab.tenant.roles import HUB_READER, Denial, Lock
from azext_iotdiag.model.rights import CallerKind
from tests.plugins.http_in_memory import to_lab
from tests.plugins.lab_requests import ARM, token


@pytest.fixture
def state() -> Lab:
    return new_lab()


def manager(state: Lab, role: str = "Owner") -> Arm:
    text = token(state, state.tenant.named("servicePrincipal", role))
    return Arm(ARM, lambda: text, http=to_lab(state))


def at(arm: Arm, scope: str, kind: str, wanted: str) -> list[dict]:
    """The rows of a kind at a scope or above it."""
    return list(arm.rows(f"{scope}/providers/Microsoft.Authorization/{kind}", "2022-04-01", "the rows", wanted))


def of(caller: str) -> str:
    return f"atScope() and assignedTo('{caller}')"


def test_the_roles_of_the_caller_at_a_resource_and_above(state: Lab) -> None:
    azure = state.tenant
    me, hub = azure.named("servicePrincipal", "Reader"), azure.path_of(state.hub)
    azure.assign(me, HUB_READER, hub)
    found = at(manager(state), hub, "roleAssignments", of(me.object_id))
    assert [each["properties"]["scope"] for each in found] == [azure.subscriptions[0].path, hub]
    assert {each["properties"]["principalId"] for each in found} == {me.object_id}
    above = at(manager(state), azure.subscriptions[0].path, "roleAssignments", of(me.object_id))
    assert len(above) == 1, "what holds below is not said to hold here"


def test_a_deny_assignment(state: Lab) -> None:
    azure = state.tenant
    me, hub = azure.named("servicePrincipal", "Owner"), azure.path_of(state.hub)
    azure.denials.append(Denial("d1", "managed app", me.object_id, azure.subscriptions[0].path, ("*/listkeys/action",)))
    (found,) = at(manager(state), hub, "denyAssignments", of(me.object_id))
    assert found["properties"]["denyAssignmentName"] == "managed app"
    assert found["properties"]["permissions"][0]["actions"] == ["*/listkeys/action"]
    assert at(manager(state), hub, "denyAssignments", of("another")) == []
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
    (found,) = at(manager(state), hub, "locks", "atScope()")
    assert (found["name"], found["properties"]["level"], found["properties"]["notes"]) == ("keep", level, "ask Alice")
    assert found["id"].startswith(group)
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


def test_the_kinds_are_those_of_az() -> None:
    assert {each.value for each in CallerKind} == {"User", "ServicePrincipal"}
