"""How Entra ID grants tokens: to applications with a secret, a certificate or another issuer's token, and to users.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow and its neighbours
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from typing import Any

from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net.http_types import Answer
from azext_iotdiag.lab.tenant.entra import assertions as entra_assertions
from azext_iotdiag.lab.tenant.entra.errors import refuse
from azext_iotdiag.lab.tenant.tenant import DeviceCode, Principal
from azext_iotdiag.lab.tenant.tokens import LIFETIME_SECONDS, opaque

DEVICE_CODE_SECONDS = 900
POLL_SECONDS = 1  # Entra asks for 5
RESOURCES = {  # the audiences for which tokens are granted: the services that the lab plays, and what az asks besides
    "https://management.core.windows.net",
    "https://management.azure.com",
    "https://iothubs.azure.net",
    "https://azure-devices-provisioning.net",
    "https://apps.azureiotcentral.com",
    "https://api.loganalytics.io",
    "https://api.loganalytics.azure.com",
    "https://eventhubs.azure.net",
    "https://graph.microsoft.com",
    "https://graph.windows.net",
}
_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_REMEMBERED = 10_000  # codes and refresh tokens, of which the oldest are forgotten


def grant(form: dict[str, str], lab: Lab) -> Answer:
    """Answer a request for a token."""
    now, kind = lab.clock(), form.get("grant_type", "")
    if not kind or not form.get("client_id"):
        return refuse(900144, now, parameter="client_id" if kind else "grant_type")
    ways: dict[str, Callable[[dict[str, str], Any], Answer]] = {
        "client_credentials": _application,
        "urn:ietf:params:oauth:grant-type:device_code": _device_code,
        "device_code": _device_code,
        "refresh_token": _refresh,
        "password": _password,
    }
    if kind not in ways:
        return refuse(70003, now, grant=kind)
    return ways[kind](form, lab)


def begin_device_code(form: dict[str, str], lab: Lab) -> Answer:
    """The first step of a sign-in elsewhere. No browser can come to the lab's page: its user signs in alone."""
    now, client = lab.clock(), form.get("client_id", "")
    if not client:
        return refuse(900144, now, parameter="client_id")
    user = lab.tenant.visitor()
    code, shown = opaque(), secrets.token_hex(4).upper() + "L"
    _remember(lab.tenant.sign_ins.codes, code, DeviceCode(client, now + DEVICE_CODE_SECONDS))
    message = f"The lab's user {user.name} confirms the code {shown} without you; there is nothing to open or to type."
    body = {
        "user_code": shown,
        "device_code": code,
        "verification_uri": "https://microsoft.com/devicelogin",
        "expires_in": DEVICE_CODE_SECONDS,
        "interval": POLL_SECONDS,
        "message": message,
    }
    return Answer(200, body, who=client)


def _application(form: dict[str, str], lab: Lab) -> Answer:
    now, tenant, client = lab.clock(), lab.tenant, form["client_id"]
    principal = tenant.application(client)
    if principal is None or principal.kind != "servicePrincipal":
        return refuse(700016, now, who=client, client=client, directory=tenant.name)
    assertion = form.get("client_assertion", "") if form.get("client_assertion_type", _JWT_BEARER) else ""
    if assertion:
        wrong = entra_assertions.judge(assertion, principal, tenant.id, now)
        if wrong is not None:
            return wrong
    elif "client_secret" not in form:
        return refuse(7000216, now, who=client)
    elif principal.secret is None or not _same(form["client_secret"], principal.secret.reveal()):
        return refuse(7000215, now, who=client, client=client)
    elif principal.secret_expires <= now:
        return refuse(7000222, now, who=client, client=client)
    resource = _resource(form)
    if resource.rstrip("/").lower() not in RESOURCES:
        return refuse(500011, now, who=client, resource=resource, directory=tenant.name)
    token = tenant.issuer.sign(application_claims(principal, resource, "2" if assertion else "1"), now)
    return Answer(200, _granted(token), who=principal.name)


def application_claims(principal: Principal, resource: str, how: str) -> dict[str, Any]:
    """The claims of an application's token; `how` is appidacr: "1" for a secret, "2" for a certificate."""
    return {
        "aud": resource,
        "appid": principal.client_id,
        "appidacr": how,
        "idtyp": "app",
        "oid": principal.object_id,
        "sub": principal.object_id,
    }


def _device_code(form: dict[str, str], lab: Lab) -> Answer:
    now = lab.clock()
    code = lab.tenant.sign_ins.codes.get(form.get("device_code", form.get("code", "")))
    if code is None or code.client != form["client_id"]:
        return refuse(9002313, now)
    if code.expires <= now:
        return refuse(70019, now)
    code.polled += 1
    if code.polled == 1:
        return refuse(70016, now)
    del lab.tenant.sign_ins.codes[form.get("device_code", form.get("code", ""))]
    return _user(lab.tenant.visitor(), form, lab)


def _refresh(form: dict[str, str], lab: Lab) -> Answer:
    known = lab.tenant.sign_ins.refresh.get(form.get("refresh_token", ""))
    if known is None:
        return refuse(9002313 if not form.get("refresh_token") else 700082, lab.clock())
    return _user(known, form, lab)


def _password(form: dict[str, str], lab: Lab) -> Answer:
    now, name = lab.clock(), form.get("username", "")
    user = lab.tenant.user(name)
    if user is None:
        return refuse(50034, now, who=name, user=name, directory=lab.tenant.name)
    if user.secret is None or not _same(form.get("password", ""), user.secret.reveal()):
        return refuse(50126, now, who=user.name)
    return _user(user, form, lab)


def _user(user: Principal, form: dict[str, str], lab: Lab) -> Answer:
    """Tokens for a user: access, identity, and one to refresh them with."""
    now, tenant, client = lab.clock(), lab.tenant, form["client_id"]
    resource = _resource(form) or "https://graph.microsoft.com"
    if resource.rstrip("/").lower() not in RESOURCES:
        return refuse(500011, now, who=user.name, resource=resource, directory=tenant.name)
    person = {
        "oid": user.object_id,
        "sub": user.object_id,
        "name": user.name.partition("@")[0],
        "preferred_username": user.name,
    }
    access = tenant.issuer.sign(
        {
            **person, "aud": resource, "appid": client, "appidacr": "0", "idtyp": "user", "scp": "user_impersonation",
            "upn": user.name, "unique_name": user.name,
        },
        now,
    )  # fmt: skip
    issuer = f"https://login.microsoftonline.com/{tenant.id}/v2.0"
    identity = tenant.issuer.sign({**person, "aud": client, "ver": "2.0", "iss": issuer}, now)
    refresh = opaque()
    _remember(lab.tenant.sign_ins.refresh, refresh, user)
    known = json.dumps({"uid": user.object_id, "utid": tenant.id}).encode()
    body = {
        **_granted(access),
        "scope": form.get("scope", ""),
        "refresh_token": refresh,
        "id_token": identity,
        "client_info": base64.urlsafe_b64encode(known).rstrip(b"=").decode("ascii"),
        "foci": "1",
    }
    return Answer(200, body, who=user.name)


def _resource(form: dict[str, str]) -> str:
    """The audience that is asked for: v1's `resource`, or the one of v2's scopes that ends in /.default."""
    asked = [scope for scope in form.get("scope", "").split() if "://" in scope]
    return form.get("resource") or (asked[0].rpartition("/")[0] if asked else "")


def _granted(token: str) -> dict[str, Any]:
    return {
        "token_type": "Bearer",
        "expires_in": LIFETIME_SECONDS,
        "ext_expires_in": LIFETIME_SECONDS,
        "access_token": token,
    }


def _same(given: str, wanted: str) -> bool:
    return secrets.compare_digest(given.encode(), wanted.encode())


def _remember(among: dict[str, Any], key: str, value: Any) -> None:
    among[key] = value
    if len(among) > _REMEMBERED:
        del among[next(iter(among))]
