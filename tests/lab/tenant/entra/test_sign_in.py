"""Entra ID in the lab, asked by the unmodified MSAL that az logs in with, and by hand where MSAL would not do it."""

from __future__ import annotations

import base64
import time
from datetime import datetime, timedelta, timezone

import jwt
import msal
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from azext_iotdiag.lab.lab import new_lab
from azext_iotdiag.lab.tenant.tenant import Federation
from tests.plugins.lab_requests import ENTRA, MsalTransport, ask, form

CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"  # az's own client id
ARM = "https://management.core.windows.net/"
SCOPES = [f"{ARM}/.default"]
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Clock:
    def __init__(self):
        self.now = time.time()

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def state(clock):
    return new_lab(clock=clock)


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def owner(state):
    return state.tenant.named("servicePrincipal", "Owner")


def application(state, client, credential, tenant=None):
    return msal.ConfidentialClientApplication(
        client,
        client_credential=credential,
        authority=f"{ENTRA}/{tenant or state.tenant.id}",
        http_client=MsalTransport(state),
    )


def person(state):
    return msal.PublicClientApplication(CLI, authority=f"{ENTRA}/organizations", http_client=MsalTransport(state))


def asked(state, tenant=None, **fields):
    """The answer of the token endpoint, and the code of its error."""
    url = f"{ENTRA}/{tenant or state.tenant.id}/oauth2/v2.0/token"
    answer = ask(state, url, method="POST", body=form(**fields))
    return answer, answer.body.get("error_codes", [0])[0]


def certificate(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an application")])
    start = datetime.now(timezone.utc)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=1))
    return made.sign(key, hashes.SHA256())


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def public_pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def test_a_secret_opens_what_was_asked_for_and_anybody_can_verify_it(state, owner, clock):
    result = application(state, owner.client_id, owner.secret.reveal()).acquire_token_for_client(SCOPES)
    assert result["expires_in"] == 3599
    published = ask(state, f"{ENTRA}/{state.tenant.id}/discovery/v2.0/keys").body["keys"]
    head = jwt.get_unverified_header(result["access_token"])
    known = jwt.PyJWK(next(each for each in published if each["kid"] == head["kid"]))
    claims = jwt.decode(result["access_token"], known.key, algorithms=["RS256"], audience=ARM)
    assert (claims["appid"], claims["oid"], claims["tid"]) == (owner.client_id, owner.object_id, state.tenant.id)
    assert claims["exp"] == int(clock.now) + 3599


def test_a_wrong_secret(state, owner):
    result = application(state, owner.client_id, "wrong").acquire_token_for_client(SCOPES)
    assert (result["error"], result["error_codes"]) == ("invalid_client", [7000215])
    assert result["error_description"].startswith("AADSTS7000215: Invalid client secret provided.")
    owner.secret_expires = 0
    expired = application(state, owner.client_id, owner.secret.reveal()).acquire_token_for_client(SCOPES)
    assert expired["error_codes"] == [7000222]


@pytest.mark.parametrize(("fields", "code"), [
    ({}, 900144),
    ({"grant_type": "client_credentials"}, 900144),
    ({"grant_type": "implicit", "client_id": "{client}"}, 70003),
    ({"grant_type": "client_credentials", "client_id": "nobody"}, 700016),
    ({"grant_type": "client_credentials", "client_id": "{client}"}, 7000216),
    ({"grant_type": "client_credentials", "client_id": "{client}", "client_assertion": "x.y.z",
      "client_assertion_type": BEARER}, 50027),
    ({"grant_type": "client_credentials", "client_id": "{client}", "client_secret": "{secret}"}, 500011),
    ({"grant_type": "client_credentials", "client_id": "{client}", "client_secret": "{secret}",
      "scope": "https://example.com/.default"}, 500011),
    ({"grant_type": "client_credentials", "client_id": "{client}", "client_secret": "{secret}",
      "scope": "https://IoTHubs.azure.net/.default"}, 0),
    ({"grant_type": "refresh_token", "client_id": "{client}"}, 9002313),
    ({"grant_type": "refresh_token", "client_id": "{client}", "refresh_token": "x"}, 700082),
    ({"grant_type": "device_code", "client_id": "{client}", "device_code": "x"}, 9002313),
    ({"grant_type": "password", "client_id": "{client}", "username": "nobody@example.com", "password": "x"}, 50034),
    ({"grant_type": "password", "client_id": "{client}", "username": "alice@lab.onmicrosoft.com",
      "password": "x"}, 50126),
])  # fmt: skip
def test_what_is_refused(state, owner, fields, code):
    places = {"client": owner.client_id, "secret": owner.secret.reveal()}
    answer, told = asked(state, **{name: text.format(**places) for name, text in fields.items()})
    assert told == code and (answer.status == 200) == (code == 0)
    if code:
        assert answer.body["error_description"].startswith(f"AADSTS{code}: ") and "{" not in answer.reason


def test_an_unknown_tenant(state, owner):
    nowhere = "11111111-1111-1111-1111-111111111111"
    with pytest.raises(ValueError, match="Unable to get authority configuration"):
        application(state, owner.client_id, "x", tenant=nowhere)
    assert asked(state, nowhere, grant_type="client_credentials", client_id=owner.client_id)[1] == 90002


def test_no_form(state):
    url = f"{ENTRA}/common/oauth2/v2.0/token"
    assert ask(state, url, method="POST", body=b"\xff").body["error_codes"] == [9002313]
    assert ask(state, f"{ENTRA}/common/oauth2/v2.0/authorize").status == 404
    assert ask(state, ENTRA).status == 400


def test_a_certificate_opens_what_a_secret_does(state, owner, key):
    made = certificate(key)
    credential = {"private_key": pem(key), "thumbprint": made.fingerprint(hashes.SHA1()).hex()}

    def acquire():  # with an application of its own each time: MSAL remembers what it was refused
        return application(state, owner.client_id, credential).acquire_token_for_client(SCOPES)

    assert acquire()["error_codes"] == [700027]  # not registered
    owner.certificates.append(made.public_bytes(serialization.Encoding.PEM))
    assert "access_token" in acquire()
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = application(state, owner.client_id, {**credential, "private_key": pem(other)})
    assert forged.acquire_token_for_client(SCOPES)["error_codes"] == [50013]


@pytest.mark.parametrize(("change", "code"), [
    ({}, 0),
    ({"exp": 1}, 700024),
    ({"exp": None}, 700024),
    ({"nbf": 9_999_999_999}, 700024),
    ({"nbf": "soon"}, 700024),
    ({"sub": "another"}, 700021),
    ({"aud": "https://example.com"}, 50027),
])  # fmt: skip
def test_a_certificate_does_not_vouch_for_everything(state, owner, key, clock, change, code):
    made = certificate(key)
    owner.certificates.append(made.public_bytes(serialization.Encoding.PEM))
    thumbprint = base64.urlsafe_b64encode(made.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    claims = {"iss": owner.client_id, "sub": owner.client_id, "exp": int(clock.now) + 600,
              "aud": f"{ENTRA}/{state.tenant.id}/v2.0", **change}  # fmt: skip
    claims = {name: value for name, value in claims.items() if value is not None}
    assertion = jwt.encode(claims, key, algorithm="PS256", headers={"x5t#S256": thumbprint})
    fields = {"grant_type": "client_credentials", "client_id": owner.client_id, "client_assertion_type": BEARER}
    assert asked(state, **fields, client_assertion=assertion, scope=SCOPES[0])[1] == code


@pytest.mark.parametrize(("change", "code"), [
    ({}, None), ({"iss": "https://evil.example"}, 700211), ({"sub": "another"}, 700213), ({"aud": "x"}, 700212),
    ({"exp": 1}, 700024),
])  # fmt: skip
def test_another_issuers_token(state, owner, key, clock, change, code):
    owner.federations.append(Federation("https://token.example", "repo:x:main", public_pem(key)))
    claims = {"iss": "https://token.example", "sub": "repo:x:main", "aud": "api://AzureADTokenExchange",
              "exp": int(clock.now) + 600, **change}  # fmt: skip
    federated = {"client_assertion": lambda: jwt.encode(claims, key, algorithm="RS256")}
    result = application(state, owner.client_id, federated).acquire_token_for_client(SCOPES)
    assert result.get("error_codes", [None]) == [code]
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = {"client_assertion": lambda: jwt.encode(claims, other, algorithm="RS256")}
    if code is None:
        assert application(state, owner.client_id, forged).acquire_token_for_client(SCOPES)["error_codes"] == [50013]


def test_a_user_signs_in_elsewhere_and_stays_signed_in(state, clock):
    app = person(state)
    flow = app.initiate_device_flow(SCOPES)
    assert "alice" in flow["message"]
    poll = {"grant_type": "device_code", "device_code": flow["device_code"]}
    assert asked(state, "organizations", **poll, client_id="another")[1] == 9002313
    assert asked(state, "organizations", **poll, client_id=CLI)[1] == 70016  # once; then she has confirmed it
    result = app.acquire_token_by_device_flow(flow)
    assert result["id_token_claims"]["preferred_username"] == "alice@lab.onmicrosoft.com"
    account = app.get_accounts()[0]
    clock.now += 4000
    app.token_cache.remove_at(next(iter(app.token_cache.search("AccessToken"))))
    silent = app.acquire_token_silent(["https://iothubs.azure.net/.default"], account)
    claims = state.tenant.issuer.verify(silent["access_token"], clock.now, ["https://iothubs.azure.net"])
    assert claims["upn"] == "alice@lab.onmicrosoft.com" and claims["idtyp"] == "user"


def test_a_code_that_nobody_used_expires(state, clock):
    flow = person(state).initiate_device_flow(SCOPES)
    clock.now += 901
    assert asked(state, grant_type="device_code", client_id=CLI, device_code=flow["device_code"])[1] == 70019


@pytest.mark.filterwarnings("ignore:This API has been deprecated")
def test_a_password(state):
    user = state.tenant.named("user", "Reader")
    result = person(state).acquire_token_by_username_password(user.name, user.secret.reveal(), SCOPES)
    assert result["id_token_claims"]["oid"] == user.object_id
