"""Who may ask the hub's REST API, and how a refusal looks."""

from __future__ import annotations

import asyncio

import pytest

from azext_iotdiag.lab.hub.rest import api as rest
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net.http_types import Request
from tests.plugins.rest_calls import call, refused, token

READ = ("GET", "devices/device-1")
RIGHTS = {
    ("GET", "devices"): "RegistryRead",
    ("GET", "devices/device-1"): "RegistryRead",
    ("POST", "devices/query"): "RegistryRead",
    ("GET", "statistics/devices"): "RegistryRead",
    ("PUT", "devices/new"): "RegistryWrite",
    ("DELETE", "devices/device-2"): "RegistryWrite",
    ("GET", "twins/device-1"): "ServiceConnect",
    ("PATCH", "twins/device-1"): "ServiceConnect",
    ("PUT", "twins/device-1"): "ServiceConnect",
    ("GET", "statistics/service"): "ServiceConnect",
}


@pytest.fixture
def state():
    return new_lab().runtime


@pytest.mark.parametrize("policy", ["iothubowner", "service", "device", "registryRead", "registryReadWrite"])
@pytest.mark.parametrize("asked", RIGHTS, ids=" ".join)
def test_rights(state, policy, asked):
    body = {"deviceId": "new", "query": "SELECT * FROM devices"}
    answered = call(state, *asked, body, policy=policy)
    if RIGHTS[asked] in state.hub.policies[policy].rights:
        assert answered.status in (200, 204)
    else:
        assert refused(answered) == (401, "IotHubUnauthorizedAccess")
        assert answered.reason == f"the policy {policy} lacks {RIGHTS[asked]}"


TOKENS = {
    "no token": lambda state: "",
    "no token: sig: ": lambda state: "SharedAccessSignature sr=x&sig=y&se=1",
    "no policy": lambda state: token(state, key=state.hub.devices["device-1"].primary.reveal()).replace("owner", "x"),
    "expired": lambda state: token(state, lasts=-1),
    "another key": lambda state: token(state, key=state.hub.policies["service"].primary.reveal()),
    "the token is for other": lambda state: token(state, resource="other.azure-devices.net"),
    "the token is for": lambda state: token(state, resource=f"{state.hub.host}/devices/device-2"),
}


@pytest.mark.parametrize("why", TOKENS)
def test_whoever_is_not_let_in_is_told_nothing_but_that(state, why):
    answered = call(state, *READ, authorization=TOKENS[why](state))
    assert refused(answered) == (401, "IotHubUnauthorizedAccess")
    assert answered.body["Message"] == "ErrorCode:IotHubUnauthorizedAccess;Unauthorized"
    assert why in answered.reason


def test_a_token_for_what_is_asked_is_enough(state):
    answered = call(state, *READ, authorization=token(state, resource=f"{state.hub.host}/devices/device-1"))
    assert answered.status == 200


@pytest.mark.parametrize("version", ["", "2021", "2021-04-12x", "latest"])
def test_the_api_version_must_be_there(state, version):
    assert refused(call(state, *READ, query={"api-version": version})) == (400, "InvalidProtocolVersion")
    assert refused(call(state, *READ, query={})) == (400, "InvalidProtocolVersion")


def test_preview_versions_are_taken(state):
    assert call(state, *READ, query={"api-version": "2021-11-01-preview"}).status == 200


def test_a_method_that_is_not_there(state):
    assert refused(call(state, "POST", "twins/device-1")) == (405, "GenericMethodNotAllowed")
    assert refused(call(state, "POST", "twins/device-1", authorization=""))[0] == 401


@pytest.mark.parametrize("path", ["/", "/nothing", "/devices//messages/events", "/devices/a/b", "/job/v2"])
def test_what_is_none_of_the_api(state, path):
    answered = asyncio.run(rest.serve(Request("GET", f"{path}?api-version=2021-04-12", state.hub.host, {}), state))
    assert (answered.status, answered.reason) == (404, f"there is nothing at {path}")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json(state, body):
    assert refused(call(state, "PATCH", "twins/device-1", body)) == (400, "DeserializationError")


FAULTS = {
    ("GET", "devices"): "http-identities",
    ("GET", "devices/device-1"): "http-identities",
    ("GET", "devices/device-1/modules"): "http-identities",
    ("GET", "statistics/service"): "http-identities",
    ("POST", "devices/query"): "http-queries",
    ("PATCH", "twins/device-1"): "http-twins",
    ("GET", "twins/device-1/modules/m"): "http-twins",
    ("POST", "twins/device-1/methods"): "http-methods",
    ("POST", "twins/device-1/modules/m/methods"): "http-methods",
    ("POST", "devices/device-1/messages/events"): "http-messages",
    ("GET", "devices/device-1/messages/deviceBound"): "http-messages",
}


@pytest.mark.parametrize("asked", FAULTS, ids=" ".join)
def test_a_fault_strikes_its_own_path(state, asked):
    body = {"query": "SELECT * FROM devices"}
    for name in set(FAULTS.values()) - {FAULTS[asked]}:
        state.faults.start(name)
    assert call(state, *asked, body).status != 500
    state.faults.start(FAULTS[asked], {"status": 429, "seconds": 7, "times": 1})
    answered = call(state, *asked, body)
    assert refused(answered) == (429, "ThrottlingException")
    assert answered.headers["Retry-After"] == "7"
    assert answered.reason == f"the fault {FAULTS[asked]} is on"
    assert call(state, *asked, body).status != 429, "it was for once"


def test_only_429_says_when_to_come_back(state):
    state.faults.start("http-twins", {"seconds": 7})
    answered = call(state, "GET", "twins/device-1")
    assert refused(answered) == (500, "ServerError") and "Retry-After" not in answered.headers


def test_who_may_not_ask_does_not_meet_the_fault(state):
    state.faults.start("http-identities")
    assert refused(call(state, *READ, policy="service"))[0] == 401
