"""Who may use the hub with an Entra token, and whom its switches and network rules keep out, as seen from outside."""

from __future__ import annotations

import pytest

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub import device_access
from azext_iotdiag.lab.hub import service_access as hub_access
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net.http_types import Request
from azext_iotdiag.lab.tenant import roles
from tests.plugins.lab_requests import ask_request, token

NOW = 1_800_000_000
PEER = "127.0.0.1:5"


@pytest.fixture
def state():
    return new_lab(clock=lambda: NOW)


def ask(state, path, method="GET", body=b"", *, text=None):
    shown = text or sas.sign(
        state.hub.host, sas.iothub_key(state.hub.policies["iothubowner"].primary.reveal()), NOW + 60, "iothubowner"
    )
    target = f"/{path}?api-version=2021-04-12"
    return ask_request(state, Request(method, target, state.hub.host, {"authorization": shown}, body, PEER))


QUERY = ("devices/query", "POST", b'{"query": "SELECT * FROM devices"}')


def test_an_owner_of_the_subscription_has_no_right_to_data(state):
    person = state.tenant.named("user", "Owner")
    bearer = f"Bearer {token(state, person, hub_access.AUDIENCE)}"
    refused = ask(state, "devices/device-1", text=bearer)
    assert refused.status == 401 and "has no role that allows Microsoft.Devices/IotHubs/devices/read" in refused.reason
    assert "IotHubUnauthorizedAccess" in refused.body["Message"] and "role" not in str(refused.body)
    state.tenant.assign(person, roles.HUB_READER, state.tenant.path_of(state.hub))
    assert ask(state, "devices/device-1", text=bearer).status == 200
    assert ask(state, *QUERY, text=bearer).status == 200
    assert ask(state, "devices/device-1", "DELETE", text=bearer).status == 401
    state.tenant.assign(person, roles.REGISTRY_CONTRIBUTOR, state.tenant.path_of(state.hub))
    assert ask(state, "twins/device-1", "PATCH", b"{}", text=bearer).status == 401
    assert ask(state, "devices/device-1", "DELETE", text=bearer).status in (200, 204)
    assert ask(state, "twins/device-2", text=f"Bearer {token(state, person)}").status == 401  # for the manager


@pytest.mark.parametrize(("method", "path", "action"), [
    ("GET", ("devices", "d"), "devices/read"),
    ("PUT", ("devices", "d"), "devices/write"),
    ("DELETE", ("devices", "d"), "devices/delete"),
    ("POST", ("devices", "query"), "twins/read"),
    ("PATCH", ("twins", "d"), "twins/write"),
    ("POST", ("twins", "d", "methods"), "directMethods/invoke/action"),
    ("GET", ("statistics", "devices"), "statistics/read"),
    ("DELETE", ("devices", "d", "commands"), "cloudToDeviceMessages/queue/purge/action"),
])  # fmt: skip
def test_what_a_request_takes(method, path, action):
    assert hub_access.data_action(method, path) == f"Microsoft.Devices/IotHubs/{action}"


def test_policies_that_are_switched_off_do_not_keep_people_out(state):
    state.hub.settings.update({"disableLocalAuth": True})
    assert ask(state, "devices/device-1").status == 401
    person = state.tenant.named("user", "Owner")
    state.tenant.assign(person, roles.HUB_READER, state.tenant.path_of(state.hub))
    assert ask(state, "devices/device-1", text=f"Bearer {token(state, person, hub_access.AUDIENCE)}").status == 200


def test_a_network_rule_looks_like_a_wrong_key(state):
    assert ask(state, "devices/device-1").status == 200
    state.hub.settings.update({"ipFilterRules": [{"filterName": "no", "action": "Reject", "ipMask": "127.0.0.1"}]})
    refused = ask(state, "devices/device-1")
    assert refused.status == 401 and "'no'" in refused.reason and "'no'" not in str(refused.body)


def device(state, peer=PEER):
    known = state.hub.devices["device-1"]
    text = sas.sign(f"{state.hub.host}/devices/device-1", sas.iothub_key(known.primary.reveal()), NOW + 60)
    return device_access.judge(state, state.hub.host, "device-1", "", text, peer=peer)


@pytest.mark.parametrize(("settings", "reason"), [
    ({}, ""),
    ({"disableLocalAuth": True}, ""),
    ({"disableDeviceSAS": True}, "SAS tokens are switched off (disableDeviceSAS)"),
    ({"publicNetworkAccess": "Disabled"}, "public network access is disabled"),
    ({"ipFilterRules": [{"filterName": "no", "action": "Reject", "ipMask": "0.0.0.0/0"}]},
     "the IP filter rule 'no' rejects the address"),
])  # fmt: skip
def test_devices(state, settings, reason):
    state.hub.settings.update(settings)
    assert device(state).reason == reason
