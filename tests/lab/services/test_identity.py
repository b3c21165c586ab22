"""Managed identities in the lab: the endpoint of a virtual machine and that of an App Service."""

from __future__ import annotations

import asyncio

import pytest

from azext_iotdiag.lab.exchange import Request
from azext_iotdiag.lab.services import identity
from azext_iotdiag.lab.state import new_state

ARM = "https%3A%2F%2Fmanagement.core.windows.net%2F"
VM, APP = f"{identity.VM_PATH}?resource={ARM}", f"{identity.APP_PATH}?resource={ARM}"


@pytest.fixture
def state():
    return new_state()


def ask(state, target, method="GET", **headers):
    return asyncio.run(identity.serve(Request(method, target, "127.0.0.1", headers), state))


def holder(state, answer):
    claims = state.azure.issuer.verify(answer.body["access_token"], state.clock(), [answer.body["resource"]])
    return state.azure.principal(claims["oid"]).name


def test_a_virtual_machine(state):
    answer = ask(state, VM, metadata="true")
    assert holder(state, answer) == "lab-vm-owner" and answer.body["expires_in"] == "3599"


def test_an_app_service(state):
    secret = {"x-identity-header": state.azure.identity_header.reveal()}
    assert holder(state, ask(state, APP, **secret)) == "lab-vm-owner"
    assert ask(state, APP, **{"x-identity-header": "wrong"}).status == 401


def test_an_identity_is_chosen_by_its_ids(state):
    reader = state.azure.named("managedIdentity", "Reader")
    for name, value in (("client_id", reader.client_id), ("object_id", reader.object_id)):
        assert holder(state, ask(state, f"{VM}&{name}={value}", metadata="true")) == "lab-vm-reader"


@pytest.mark.parametrize(("target", "method", "headers", "status"), [
    ("/", "GET", {}, 404),
    (VM, "POST", {"metadata": "true"}, 405),
    (VM, "GET", {}, 400),
    (VM, "GET", {"metadata": "true", "x-forwarded-for": "1.2.3.4"}, 400),
    (identity.VM_PATH, "GET", {"metadata": "true"}, 400),
    (f"{VM}&client_id=nobody", "GET", {"metadata": "true"}, 400),
    (f"{identity.VM_PATH}?resource=https://example.com", "GET", {"metadata": "true"}, 400),
])  # fmt: skip
def test_what_gets_no_token(state, target, method, headers, status):
    answer = ask(state, target, method, **headers)
    assert answer.status == status and "access_token" not in answer.body
