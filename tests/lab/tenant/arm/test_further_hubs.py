"""Hubs that are created and deleted while the lab runs."""

from __future__ import annotations

import pytest

from azext_iotdiag.lab.hub import sessions
from azext_iotdiag.lab.keep import document
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net import hosts
from azext_iotdiag.lab.tenant import roles
from azext_iotdiag.lab.tenant.arm import further_hubs
from azext_iotdiag.lab.tenant.tenant import GROUP
from tests.plugins import rest_calls
from tests.plugins.lab_requests import arm

BODY = {"location": "West Europe", "sku": {"name": "S1", "capacity": 2}, "properties": {}}


@pytest.fixture
def state():
    return new_lab()


@pytest.fixture
def path(state):
    return f"{state.tenant.subscriptions[0].path}/resourceGroups/{GROUP}/providers/Microsoft.Devices/IotHubs/second"


def create(state, path, **change):
    return arm(state, path, method="PUT", body={**BODY, **change})


def code(answer):
    return answer.status, answer.body["error"]["code"]


def test_a_hub_is_created_serves_and_is_deleted(state, path):
    events = {"eventHubEndpoints": {"events": {"partitionCount": 8, "retentionTimeInDays": 3}}}
    made = create(state, path, properties=events, tags={"a": "b"})
    assert made.status == 201 and made.body["properties"]["hostName"] == "second.azure-devices.net"
    assert made.body["properties"]["eventHubEndpoints"]["events"]["partitionIds"] == [str(n) for n in range(8)]
    assert (made.body["sku"]["capacity"], made.body["tags"]) == (2, {"a": "b"})
    second = state.at("SECOND.azure-devices.net")
    assert second is not state.runtime and second.hub.settings.retention_days == 3
    assert second.tenant is state.tenant and second.audit is state.audit and second.faults is state.faults
    assert hosts.known("second.azure-devices.net", state) and hosts.known(second.hub.stream.host, state)
    assert rest_calls.call(second, "PUT", "devices/d", {"deviceId": "d"}).status == 200
    assert "d" not in state.hub.devices
    ended = []
    session = sessions.DeviceSession(second.hub.devices["d"], "mqtt", "", lambda code, _why: ended.append(code))
    sessions.connect(second, session)
    person = state.tenant.signs_in("user", "reader")
    state.tenant.assign(person, roles.HUB_READER, path)
    assert arm(state, path, method="DELETE", role="Reader").status == 403
    assert arm(state, path, method="DELETE").status == 204 and ended == [404001]
    assert arm(state, path).status == 404 and not hosts.known("second.azure-devices.net", state)
    assert not [each for each in state.tenant.assignments if each.scope == path]
    assert arm(state, path, method="DELETE").status == 204  # as the resource manager does it


def test_a_hub_of_another_name_is_not_shown_as_this_one(state, path):
    create(state, path)
    shown = arm(state, path).body
    assert shown["id"] == path and arm(state, path.replace("second", "lab-hub")).body["name"] == "lab-hub"
    key = arm(state, f"{path}/IotHubKeys/service/listkeys", method="POST").body["primaryKey"]
    assert key != state.hub.policies["service"].primary.reveal()
    assert create(state, path).status == 200  # an update


@pytest.mark.parametrize(("name", "change", "expected"), [
    ("a", {}, (400, "InvalidResourceName")),
    ("-aaa", {}, (400, "InvalidResourceName")),
    ("a_b", {}, (400, "InvalidResourceName")),
    ("second", {"location": "mars"}, (400, "LocationNotAvailableForResourceType")),
    ("second", {"sku": {"name": "F1", "capacity": 1}}, (400, "InvalidRequestContent")),
    ("second", {"sku": {"name": "S1", "capacity": 0}}, (400, "InvalidRequestContent")),
    ("second", {"identity": {"type": "SystemAssigned"}}, (400, "InvalidRequestContent")),
    ("second", {"properties": {"eventHubEndpoints": {"events": {"partitionCount": 1}}}},
     (400, "InvalidRequestContent")),
    ("second", {"properties": {"eventHubEndpoints": {"events": {"partitionCount": "x"}}}},
     (400, "InvalidRequestContent")),
    ("second", {"properties": {"ipVersion": "ipv6"}}, (400, "InvalidRequestContent")),
    ("second", {"properties": [1]}, (400, "InvalidRequestContent")),
    ("second", {"properties": {"eventHubEndpoints": "x"}}, (400, "InvalidRequestContent")),
    ("second", {"identity": "x"}, (400, "InvalidRequestContent")),
    ("second", {"sku": "x"}, (400, "InvalidRequestContent")),
])  # fmt: skip
def test_hubs_that_are_not_created(state, path, name, change, expected):
    assert code(create(state, path.replace("second", name), **change)) == expected
    assert not state.further and len(state.tenant.subscriptions[0].resources) == 4


def test_a_name_that_is_taken_and_too_many_hubs(state, path):
    taken = state.apps[0].hubs[0].hub
    assert code(create(state, path.replace("second", taken.name))) == (409, "NameNotAvailable")
    for number in range(1, further_hubs.MOST_HUBS):  # one is there
        assert create(state, f"{path}-{number}").status == 201
    assert code(create(state, path)) == (400, "OperationNotAllowed")


def test_the_hub_of_the_start_stays_and_other_types_are_not_created(state, path):
    assert code(arm(state, path.replace("second", "lab-hub"), method="DELETE")) == (409, "Conflict")
    dps = path.replace("IotHubs", "provisioningServices")
    refused = arm(state, dps, method="PUT", body=BODY, version="2021-10-15")
    assert code(refused) == (409, "Conflict") and "creates no provisioningServices" in refused.body["error"]["message"]
    assert arm(state, dps.replace("second", "lab-dps"), method="DELETE", version="2021-10-15").status == 405


def test_a_kept_lab_keeps_its_further_hubs(state, path):
    create(state, path)
    rest_calls.call(state.at("second.azure-devices.net"), "PUT", "devices/d", {"deviceId": "d"})
    again = document.to_lab(document.of_lab(state), clock=state.clock)
    second = again.at("second.azure-devices.net")
    assert "d" in second.hub.devices and second is again.further[0]
    assert arm(again, path).body["properties"]["hostName"] == "second.azure-devices.net"
