"""Managed identities in the lab: the endpoint of a virtual machine and that of an App Service."""

from __future__ import annotations

import asyncio
import http.client

import pytest

from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net.http_types import Request
from azext_iotdiag.lab.tenant import identity
from tests.plugins.lab_fixture import open_lab

ARM = "https%3A%2F%2Fmanagement.core.windows.net%2F"
VM, APP = f"{identity.VM_PATH}?resource={ARM}", f"{identity.APP_PATH}?resource={ARM}"


@pytest.fixture
def state():
    return new_lab()


def ask(state, target, method="GET", host="127.0.0.1", **headers):
    return asyncio.run(identity.serve(Request(method, target, host, headers), state))


def holder(state, answer):
    claims = state.tenant.issuer.verify(answer.body["access_token"], state.clock(), [answer.body["resource"]])
    return state.tenant.principal(claims["oid"]).name


def test_a_virtual_machine(state):
    answer = ask(state, VM, metadata="true")
    assert holder(state, answer) == "lab-vm-owner" and answer.body["expires_in"] == "3599"


def test_an_app_service(state):
    secret = {"x-identity-header": state.tenant.identity_header.reveal()}
    assert holder(state, ask(state, APP, **secret)) == "lab-vm-owner"
    assert ask(state, APP, **{"x-identity-header": "wrong"}).status == 401


def test_an_identity_is_chosen_by_its_ids(state):
    reader = state.tenant.named("managedIdentity", "Reader")
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


@pytest.mark.parametrize("host", identity.HOSTS)
def test_the_names_of_this_machine(state, host):
    assert ask(state, VM, host=host, metadata="true").status == 200


@pytest.mark.parametrize(
    "host", ["", "rebound.example", "127.0.0.1.example", "169.254.169.254.example", "[", "0.0.0.0"]
)
@pytest.mark.parametrize("path", [VM, APP])
def test_a_name_that_only_leads_here(state, host, path):
    secret = {"x-identity-header": state.tenant.identity_header.reveal()}
    answer = ask(state, path, host=host, metadata="true", **secret)
    assert (answer.status, answer.body["error"]) == (403, "forbidden") and "Host" in answer.reason


@pytest.mark.parametrize("header", [{"origin": "https://a.example"}, {"origin": "null"}, {"sec-fetch-site": "none"}])
@pytest.mark.parametrize(("path", "method"), [(VM, "GET"), (APP, "GET"), (VM, "OPTIONS"), ("/", "GET")])
def test_a_web_page(state, header, path, method):
    secret = {"x-identity-header": state.tenant.identity_header.reveal()}
    answer = ask(state, path, method, metadata="true", **secret, **header)
    assert (answer.status, answer.body["error"]) == (403, "forbidden") and "web page" in answer.reason
    assert not answer.headers  # and none of those with which a browser would hand it to a page


def test_the_port_looks_at_the_host(tmp_path):
    with open_lab(tmp_path) as lab:
        port = lab.running.ports["identity"]
        for host, status in ((f"127.0.0.1:{port}", 200), ("169.254.169.254", 200), ("rebound.example", 403)):
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            try:
                asked.request("GET", VM, headers={"Host": host, "Metadata": "true"})
                assert asked.getresponse().status == status
            finally:
                asked.close()
        refused = [record for record in lab.call(lab.state.audit.recent, 9) if record.outcome == "refused"]
        assert [(record.service, record.action) for record in refused] == [("imds", "request")]
