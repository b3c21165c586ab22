"""Tokens of the lab's tenant: what opens, and each way in which one does not."""

from __future__ import annotations

import jwt
import pytest

from azext_iotdiag.lab.tenant.tokens import BadToken, Issuer

NOW = 1_700_000_000
AUDIENCE = "https://management.azure.com"


@pytest.fixture(scope="module")
def issuer():
    return Issuer("a-tenant")


def test_a_token_opens_until_it_expires(issuer):
    token = issuer.sign({"aud": f"{AUDIENCE}/", "oid": "me"}, NOW, seconds=60)
    claims = issuer.verify(token, NOW + 59, [AUDIENCE])
    assert (claims["oid"], claims["tid"], claims["exp"] - claims["iat"]) == ("me", "a-tenant", 60)
    with pytest.raises(BadToken) as expired:
        issuer.verify(token, NOW + 60, [AUDIENCE])
    assert expired.value.expired


def test_a_token_for_somebody_else(issuer):
    token = issuer.sign({"aud": "https://graph.microsoft.com"}, NOW)
    with pytest.raises(BadToken) as wrong:
        issuer.verify(token, NOW, [AUDIENCE])
    assert wrong.value.audience


@pytest.mark.parametrize("token", ["", "x", "a.b.c", jwt.encode({"aud": AUDIENCE}, "k" * 32, algorithm="HS256")])
def test_what_is_no_token_of_the_tenant(issuer, token):
    with pytest.raises(BadToken) as bad:
        issuer.verify(token, NOW, [AUDIENCE])
    assert not bad.value.expired and not bad.value.audience


def test_another_tenants_token_and_a_token_without_an_end(issuer):
    for token in (
        Issuer("a-tenant").sign({"aud": AUDIENCE}, NOW),
        jwt.encode({"aud": AUDIENCE}, issuer._key, algorithm="RS256"),
    ):
        with pytest.raises(BadToken):
            issuer.verify(token, NOW, [AUDIENCE])
