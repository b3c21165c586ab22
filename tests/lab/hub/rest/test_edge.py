"""IoT Edge devices in the registry: their scopes, the devices below them, and their own modules."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.hub import twins
from azext_iotdiag.lab.lab import new_lab
from tests.plugins.rest_calls import call, refused

EDGE = {"iotEdge": True}


@pytest.fixture
def state():
    return new_lab(device_count=1).runtime


def put(state, name, **asked):
    if_match = {"if_match": "*"} if name in state.hub.devices else {}
    return call(state, "PUT", f"devices/{name}", {"deviceId": name, **asked}, **if_match)


def test_an_edge_device_has_a_scope_and_two_modules(state):
    shown = put(state, "edge", capabilities=EDGE).body
    scope = shown["deviceScope"]
    assert scope == f"ms-azure-iot-edge://edge-{shown['generationId']}" and shown["parentScopes"] == []
    modules = call(state, "GET", "devices/edge/modules").body
    assert [(each["moduleId"], each["managedBy"]) for each in modules] == [
        ("$edgeAgent", "iotEdge"), ("$edgeHub", "iotEdge")
    ]  # fmt: skip
    agent = state.hub.devices["edge"].modules["$edgeAgent"]
    assert put(state, "edge", capabilities=EDGE, status="disabled").body["deviceScope"] == scope
    assert state.hub.devices["edge"].modules["$edgeAgent"] is agent
    assert twins.document(state.hub.devices["edge"], state.hub.devices["edge"].twin)["deviceScope"] == scope
    assert "deviceScope" not in call(state, "GET", "devices/device-1").body
    plain = put(state, "edge", capabilities={"iotEdge": False}).body
    assert "deviceScope" not in plain and call(state, "GET", "devices/edge/modules").body == []


def test_devices_stand_below_an_edge_device(state):
    scope = put(state, "edge", capabilities=EDGE).body["deviceScope"]
    leaf = put(state, "leaf", deviceScope=scope).body
    assert (leaf["deviceScope"], leaf["parentScopes"]) == (scope, [scope])
    assert put(state, "leaf", status="disabled").body["deviceScope"] == scope  # nothing was said of it
    assert put(state, "leaf2", parentScopes=[scope]).body["deviceScope"] == scope
    below = put(state, "lower", capabilities=EDGE, parentScopes=[scope]).body
    assert below["deviceScope"] != scope and below["parentScopes"] == [scope]
    assert "deviceScope" not in put(state, "leaf", deviceScope="").body
    found = call(state, "POST", "devices/query", {"query": f"SELECT * FROM devices WHERE deviceScope = '{scope}'"}).body
    assert {each["deviceId"] for each in found} == {"edge", "leaf2"}
    children = f"select deviceId from devices where array_contains(parentScopes, '{scope}')"  # as azure-iot asks
    found = call(state, "POST", "devices/query", {"query": children}).body
    assert found == [{"deviceId": "leaf2"}, {"deviceId": "lower"}]
    circle = call(state, "PUT", "devices/edge", {"deviceId": "edge", "capabilities": EDGE,
                  "parentScopes": [below["deviceScope"]]}, if_match="*")  # fmt: skip
    assert refused(circle) == (400, "ArgumentInvalid") and state.hub.devices["edge"].parents == ()


@pytest.mark.parametrize("asked", [
    {"deviceScope": "ms-azure-iot-edge://none-1"}, {"deviceScope": 1}, {"parentScopes": "x"},
    {"parentScopes": ["a", "b"]}, {"parentScopes": [1]}, {"capabilities": EDGE, "parentScopes": ["x"]},
    {"capabilities": {"iotEdge": "perhaps"}},
])  # fmt: skip
def test_scopes_that_are_refused(state, asked):
    assert refused(put(state, "new", **asked)) == (400, "ArgumentInvalid") and "new" not in state.hub.devices
