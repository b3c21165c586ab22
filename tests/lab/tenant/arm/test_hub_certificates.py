"""Authorities that a hub is given: verified, they let devices in."""

from __future__ import annotations

import base64

import pytest
from cryptography import x509

from azext_iotdiag.lab.hub import authorities, device_access
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.keep import document
from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.net import certificates
from tests.plugins.lab_requests import arm

FACTORY = certificates.make_authority("a factory")


@pytest.fixture
def state():
    made = new_lab()
    made.hub.devices["d"] = Device("d", new_key(), new_key(), authentication="certificateAuthority")
    return made


@pytest.fixture
def path(state):
    return f"{state.tenant.path_of(state.hub)}/certificates"


def encoded(pem):
    return base64.b64encode(pem).decode()


def give(state, path, pem=FACTORY.pem, name="factory", **options):
    properties = {"certificate": encoded(pem), **options.pop("properties", {})}
    return arm(state, f"{path}/{name}", method="PUT", body={"properties": properties}, **options)


def code(answer):
    return answer.status, answer.body["error"]["code"]


def comes_in(state, authority=FACTORY):
    chain = tuple(x509.load_pem_x509_certificates(authority.issue_device("d")[0]))
    return device_access.judge(state.runtime, state.hub.host, "d", "", None, chain).device is not None


def test_an_authority_is_verified_by_its_owner(state, path):
    made = give(state, path)
    shown = made.body["properties"]
    assert made.status == 201 and not shown["isVerified"] and shown["subject"] == "a factory"
    assert "verificationCode" not in shown and not comes_in(state)
    asked = arm(state, f"{path}/factory/generateVerificationCode", method="POST", if_match=made.body["etag"]).body
    word = asked["properties"]["verificationCode"]
    foreign = certificates.make_authority("other").issue_device(word)[0]
    for proof, why in ((foreign, "not issued by"), (FACTORY.issue_device("x")[0], "not the verification code")):
        body = {"certificate": encoded(proof)}
        wrong = arm(state, f"{path}/factory/verify", method="POST", body=body, if_match=asked["etag"])
        assert code(wrong) == (400, "BadRequest") and why in wrong.body["error"]["message"] and not comes_in(state)
    proof = {"certificate": encoded(FACTORY.issue_device(word)[0])}
    done = arm(state, f"{path}/factory/verify", method="POST", body=proof, if_match=asked["etag"])
    assert done.body["properties"]["isVerified"] and comes_in(state)
    assert not comes_in(state, certificates.make_authority("a factory"))  # the same name alone
    (row,) = arm(state, path, role="Reader").body["value"]
    assert row["etag"] == done.body["etag"] != asked["etag"]
    again = document.to_lab(document.of_lab(state), clock=state.clock)
    assert comes_in(again) and arm(again, path).body["value"][0]["name"] == "factory"
    assert arm(state, f"{path}/factory", method="DELETE", if_match=row["etag"]).status == 200 and not comes_in(state)
    assert arm(state, path).body["value"] == []


def test_one_may_be_given_as_verified_and_changed(state, path):
    made = give(state, path, properties={"isVerified": True}).body
    assert comes_in(state)
    assert code(give(state, path)) == (400, "BadRequest") and code(give(state, path, if_match="AAA")) == (
        412, "PreconditionFailed"
    )  # fmt: skip
    assert give(state, path, if_match=made["etag"]).status == 200 and not comes_in(state)


@pytest.mark.parametrize(("change", "why"), [
    ({"properties": {"certificate": "!"}}, "not base64"),
    ({"properties": {"certificate": "AAAA"}}, "cannot be read"),
    ({"properties": {"certificate": None}}, "not base64"),
    ({"pem": certificates.self_signed("d")[0]}, "none of an authority"),
    ({"properties": {"isVerified": "perhaps"}}, "isVerified"),
    ({"name": "a b"}, "cannot be"),
])  # fmt: skip
def test_certificates_that_are_refused(state, path, change, why):
    refused = give(state, path, **change)
    assert code(refused) == (400, "BadRequest") and why in refused.body["error"]["message"] and not state.hub.given


def test_what_is_not_there_and_who_may_not(state, path):
    for rest, method in (("/none", "GET"), ("/none", "DELETE"), ("/none/verify", "POST")):
        assert code(arm(state, f"{path}{rest}", method=method, body={})) == (404, "NotFound")
    assert code(arm(state, path, method="PUT", body={})) == (405, "MethodNotAllowed")
    assert code(arm(state, f"{path}/x/paint", method="POST", body={})) == (405, "MethodNotAllowed")
    assert code(give(state, path, role="Reader")) == (403, "AuthorizationFailed")
    assert give(state, path).status == 201
    without = arm(
        state, f"{path}/factory/verify", method="POST", body={"certificate": encoded(FACTORY.pem)}, if_match="*"
    )
    assert "no verification code was asked for" in without.body["error"]["message"]
    for number in range(1, authorities.MOST):
        assert give(state, path, name=f"n{number}").status == 201
    assert code(give(state, path, name="more")) == (400, "BadRequest")
