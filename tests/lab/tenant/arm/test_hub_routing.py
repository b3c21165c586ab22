"""Routes and endpoints of a hub as the resource manager sets, tries and shows them."""

from __future__ import annotations

import copy

import pytest

from azext_iotdiag.lab.hub.routing import ingress
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.tenant.roles import Lock
from tests.plugins.lab_requests import arm

HOT = {"name": "hot", "source": "DeviceMessages", "condition": "$body.t > 3 AND path = 'a'", "endpointNames": ["cold"],
       "isEnabled": True}  # fmt: skip
OFF = {**HOT, "name": "off", "condition": "true", "isEnabled": False}
MESSAGE = {
    "body": '{"t": 5}',
    "appProperties": {"path": "a"},
    "systemProperties": {"contentType": "application/json", "contentEncoding": "utf-8"},
}


@pytest.fixture
def state():
    return new_lab(device_count=1)


@pytest.fixture
def hub(state):
    return state.tenant.path_of(state.hub)


def set_routing(state, hub, **change):
    shown = arm(state, hub).body
    routing = copy.deepcopy(shown["properties"]["routing"]) | change
    return arm(state, hub, method="PUT", body={**shown, "properties": {**shown["properties"], "routing": routing}})


def with_routes(state, hub, *routes):
    endpoints = {"storageContainers": [{"name": "cold", "connectionString": "x", "containerName": "c"}]}
    return set_routing(state, hub, endpoints=endpoints, routes=list(routes))


def test_what_is_set_is_shown_and_has_its_effect(state, hub):
    assert with_routes(state, hub, HOT, OFF).status == 200
    assert arm(state, hub).body["properties"]["routing"]["routes"] == [HOT, OFF]
    health = arm(state, f"{hub}/routingEndpointsHealth").body["value"]
    assert health == [
        {"endpointId": "events", "healthStatus": "healthy"}, {"endpointId": "cold", "healthStatus": "unknown"},
    ]  # fmt: skip
    device, system = state.hub.devices["device-1"], {"content-type": "application/json", "content-encoding": "utf-8"}
    ingress.take(state.runtime, device, b'{"t": 5}', system=system, properties={"path": "a"})
    assert arm(state, f"{hub}/routingEndpointsHealth").body["value"][1]["healthStatus"] == "healthy"
    assert not state.hub.partition_of("device-1").events


@pytest.mark.parametrize(("change", "why"), [
    ({"condition": "path = "}, "the condition of the route 'hot' is wrong at line 1, column 7"),
    ({"endpointNames": ["nowhere"]}, "leads to 'nowhere'"),
    ({"source": "DeviceLifecycleEvents"}, "the lab routes DeviceMessages alone"),
])  # fmt: skip
def test_what_is_wrong_is_refused_and_changes_nothing(state, hub, change, why):
    before = arm(state, hub).body
    refused = with_routes(state, hub, {**HOT, **change})
    assert (refused.status, refused.body["error"]["code"]) == (400, "InvalidRequestContent")
    assert why in refused.body["error"]["message"] and arm(state, hub).body == before


def test_all_routes_are_tried(state, hub):
    with_routes(state, hub, HOT, OFF)
    path = f"{hub}/routing/routes/$testall"
    tried = {"routingSource": "DeviceMessages", "message": MESSAGE}
    assert arm(state, path, method="POST", body=tried).body == {"routes": [{"properties": HOT}]}
    other = {**tried, "message": {**MESSAGE, "body": '{"t": 1}'}}
    assert arm(state, path, method="POST", body=other).body == {"routes": []}
    assert arm(state, path, method="POST", body={"routingSource": "TwinChangeEvents"}).body == {"routes": []}


@pytest.mark.parametrize(("condition", "message", "twin", "result"), [
    (HOT["condition"], MESSAGE, {}, "true"),
    ("path = 'b'", MESSAGE, {}, "false"),
    ("$body.rain = 1", MESSAGE, {}, "undefined"),
    ("$body.t = 5", {"body": '{"t": 5}'}, {}, "undefined"),
    ("$twin.tags.floor = 1", {}, {"tags": {"floor": 1}}, "true"),
])  # fmt: skip
def test_a_new_route_is_tried(state, hub, condition, message, twin, result):
    tried = {"message": message, "route": {**HOT, "condition": condition}, "twin": twin}
    answer = arm(state, f"{hub}/routing/routes/$testnew", method="POST", body=tried)
    assert answer.body == {"result": result, "details": {"compilationErrors": []}}


def test_a_condition_that_is_none_is_said_with_its_place(state, hub):
    tried = {"message": MESSAGE, "route": {**HOT, "condition": "a = 1 AND"}}
    answer = arm(state, f"{hub}/routing/routes/$testnew", method="POST", body=tried)
    (error,) = answer.body["details"]["compilationErrors"]
    assert answer.body["result"] == "false" and error["severity"] == "error"
    assert error["location"]["start"] == {"line": 1, "column": 9}


@pytest.mark.parametrize("body", [
    {"message": {"body": {}}}, {"message": []}, {"message": {"appProperties": []}}, {"message": {}, "route": []}, {},
])  # fmt: skip
def test_a_trial_that_is_none(state, hub, body):
    assert arm(state, f"{hub}/routing/routes/$testnew", method="POST", body=body).status == 400


def test_who_may_try_routes(state, hub):
    path, body = f"{hub}/routing/routes/$testall", {"message": MESSAGE}
    assert arm(state, path, method="POST", body=body, role="Reader").status == 403
    state.tenant.locks.append(Lock("l", "ReadOnly", hub))
    assert arm(state, path, method="POST", body=body).body["error"]["code"] == "ScopeLocked"
