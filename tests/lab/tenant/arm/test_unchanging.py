"""What stays as it is of a resource is refused with a sentence, and never taken with 200 and no effect."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from azext_iotdiag.lab.lab import Lab, new_lab
from tests.plugins.lab_requests import arm

VERSIONS = {"hub": "2021-07-02", "dps": "2021-10-15", "app": "2021-06-01"}
SYSTEM = {"type": "SystemAssigned"}


@pytest.fixture
def state() -> Lab:
    return new_lab(device_count=1)


def path_of(state: Lab, kind: str) -> str:
    what = {"hub": state.hub, "dps": state.provisioning[0], "app": state.tenant.central_apps()[0]}[kind]
    return state.tenant.path_of(what)


def sent(state: Lab, kind: str, change: dict[str, Any], method: str = "PUT") -> Any:
    """The answer to a resource that is sent back with one change; a PATCH sends only the change."""
    path, version = path_of(state, kind), VERSIONS[kind]
    body = copy.deepcopy(arm(state, path, version=version).body) if method == "PUT" else {}
    for name, value in change.items():
        body[name] = {**body.get(name, {}), **value} if isinstance(value, dict) else value
    return arm(state, path, version=version, method=method, body=body)


@pytest.mark.parametrize("kind", VERSIONS)
def test_what_is_shown_can_be_sent_back(state: Lab, kind: str) -> None:
    assert sent(state, kind, {}).status == 200
    assert sent(state, kind, {"location": "West Europe", "identity": {"type": "None"}}).status == 200
    assert sent(state, kind, {"identity": None}).status == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize("kind", VERSIONS)
def test_a_managed_identity(state: Lab, kind: str, method: str) -> None:
    """`az iot hub identity assign`: the lab once answered 200, and the hub had no identity."""
    answer = sent(state, kind, {"identity": SYSTEM}, method)
    assert (answer.status, answer.body["error"]["code"]) == (400, "InvalidRequestContent")
    assert "does not play managed identities" in answer.body["error"]["message"]


@pytest.mark.parametrize("kind", VERSIONS)
def test_another_location(state: Lab, kind: str) -> None:
    answer = sent(state, kind, {"location": "northeurope"})
    assert (answer.status, answer.body["error"]["code"]) == (409, "InvalidResourceLocation")
    assert "already exists in location 'westeurope'" in answer.body["error"]["message"]


@pytest.mark.parametrize(("kind", "change", "named"), [
    ("hub", {"sku": {"name": "S2"}}, "tier"),
    ("dps", {"sku": {"capacity": 2}}, "sku.capacity"),
    ("dps", {"sku": {"name": "S2"}}, "sku.name"),
    ("app", {"sku": {"name": "ST0"}}, "sku.name"),
    ("app", {"properties": {"subdomain": "other"}}, "properties.subdomain"),
    ("app", {"properties": {"template": "other"}}, "properties.template"),
    ("app", {"properties": {"publicNetworkAccess": "Disabled"}}, "properties.publicNetworkAccess"),
    ("app", {"properties": {"networkRuleSets": {"defaultAction": "Deny"}}}, "properties.networkRuleSets"),
])  # fmt: skip
def test_what_cannot_be_changed(state: Lab, kind: str, change: dict[str, Any], named: str) -> None:
    before = arm(state, path_of(state, kind), version=VERSIONS[kind]).body
    answer = sent(state, kind, change)
    assert answer.status == 400 and named in answer.body["error"]["message"]
    assert arm(state, path_of(state, kind), version=VERSIONS[kind]).body == before


def test_what_an_application_may_say(state: Lab) -> None:
    same = {"properties": {"publicNetworkAccess": "enabled", "displayName": "Pumps"}, "tags": {"a": "b"}}
    answer = sent(state, "app", same)
    assert (answer.status, answer.body["properties"]["displayName"], answer.body["tags"]) == (200, "Pumps", {"a": "b"})


@pytest.mark.parametrize("name", ["identity", "sku", "properties"])
@pytest.mark.parametrize("kind", VERSIONS)
def test_no_objects(state: Lab, kind: str, name: str) -> None:
    assert sent(state, kind, {name: "x"}).status == 400
