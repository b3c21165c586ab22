"""`check -d DEVICE` alone: Resource Graph lists the lab's services, and each is asked."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from azext_iotdiag._validators import account
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.tenant.roles import DPS_READER, HUB_READER
from azext_iotdiag.login import rights
from azext_iotdiag.login.account import Account
from azext_iotdiag.model.target import Secret
from tests.flows.conftest import Flow
from tests.plugins import az as plugin
from tests.plugins.lab_requests import ARM, token

pytestmark = pytest.mark.slow


class Anywhere:
    """A lab, and a login that names no service."""

    def __init__(self, flow: Flow, monkeypatch: pytest.MonkeyPatch):
        self.flow, self._monkeypatch = flow, monkeypatch

    def run(self, *arguments: str, role: str = "Reader", reads: bool = True) -> plugin.Run:
        flow, azure = self.flow, self.flow.lab.state.tenant
        who, mine = azure.named("servicePrincipal", role), azure.subscriptions[0]
        if reads:
            for held, what in ((HUB_READER, flow.lab.state.hub), (DPS_READER, flow.lab.state.provisioning[0])):
                flow.lab.call(azure.assign, who, held, azure.path_of(what))
        resources = (rights.HUB_RESOURCE, rights.DPS_RESOURCE, rights.CENTRAL_RESOURCE)
        texts = {each: token(flow.lab.state, who, each) for each in resources}
        for_arm = token(flow.lab.state, who)

        def bearer(resource: str) -> Any:
            return lambda: Secret(f"Bearer {texts[resource]}")

        made = Account(ARM, lambda: for_arm, mine.id, mine.name, bearer=bearer)
        self._monkeypatch.setattr(account, "signed_in", lambda _cmd: made)
        leads = f"{flow.lab.description['environment']['AZURE_IOTDIAG_CONNECT_TO']},management.azure.com:443="
        leads += flow.lab.description["endpoints"]["https"]
        environment = {**flow.lab.description["environment"], "AZURE_IOTDIAG_CONNECT_TO": leads,
                       "AZURE_IOTDIAG_LOGIN": ""}  # fmt: skip
        return flow.judged(plugin.az("iot", "diag", "check", *arguments, environment=environment))


@pytest.fixture
def anywhere(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> Anywhere:
    return Anywhere(flow, monkeypatch)


def told(done: plugin.Run) -> dict[str, Any]:
    assert done.out, done.err
    found: dict[str, Any] = json.loads(done.out)
    assert found["verdict"]["exitCode"] == done.code
    return found


def test_a_device_of_the_one_hub_is_found_and_diagnosed(anywhere: Anywhere) -> None:
    flow = anywhere.flow

    def disable(state: Any) -> None:
        state.hub.devices["device-1"].status = "disabled"

    flow.lab.call(disable, flow.lab.state)
    found = told(anywhere.run("-d", "device-1"))
    assert found["verdict"]["codes"][0] == "device-disabled" and found["verdict"]["link"] == "admission"
    assert [(each["kind"], each["host"]) for each in found["homes"]["found"]] == [("hub", "lab-hub.azure-devices.net")]
    assert found["homes"]["listedBy"] == "Resource Graph" and found["homes"]["asked"] == 3


def test_a_device_that_sends_is_well(anywhere: Anywhere) -> None:
    flow = anywhere.flow
    flow.send(b'{"a":1}')

    def seen(state: Any) -> None:
        state.hub.devices["device-1"].last_activity = time.time()

    flow.lab.call(seen, flow.lab.state)
    done = anywhere.run("-d", "device-1", role="Owner")
    assert told(done)["verdict"]["state"] == "healthy"


def test_several_homes_are_all_listed_and_none_is_chosen(anywhere: Anywhere) -> None:
    flow = anywhere.flow
    name = next(iter(flow.lab.state.apps[0].hubs[0].hub.devices), "thermostat-good")

    def twice(state: Any) -> None:
        state.hub.devices[name] = Device(name, new_key(), new_key(), generation_id="1")

    flow.lab.call(twice, flow.lab.state)
    found = told(anywhere.run("-d", name, role="Owner"))
    assert {each["kind"] for each in found["homes"]["found"]} == {"hub", "app"}
    assert found["verdict"]["codes"] == ["device-in-several-places"] and found["verdict"]["exitCode"] == 5
    assert found["verdict"]["next"].endswith(f"--device-id {name}")


def test_a_device_that_no_service_knows(anywhere: Anywhere) -> None:
    done = anywhere.run("-d", "nobody", "--plain", role="Owner")
    assert done.code == 4 and "[device-nowhere]" in done.out.decode()
    assert "Looked on 3 services of 1 subscription, listed by Resource Graph." in done.out.decode()


def test_a_login_without_data_roles_is_told_what_was_not_asked(anywhere: Anywhere) -> None:
    found = told(anywhere.run("-d", "device-1", reads=False))
    assert found["verdict"]["codes"] == ["device-search-incomplete"] and found["verdict"]["exitCode"] == 5
    assert {each["host"] for each in found["homes"]["notAsked"]} >= {"lab-hub.azure-devices.net"}


def test_keys_are_read_only_where_they_are_asked_for(anywhere: Anywhere) -> None:
    found = told(anywhere.run("-d", "device-1", "--auth-type", "key", role="Owner", reads=False))
    assert [each["host"] for each in found["homes"]["found"]] == ["lab-hub.azure-devices.net"]
