"""The lab's services asked without any connection: requests go to the handler of their host, as over HTTPS."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa

from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net import hosts
from azext_iotdiag.lab.net.http_types import Answer, Request

ARM = "https://management.azure.com"
ENTRA = "https://login.microsoftonline.com"
_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def ask(state: Lab, url: str, *, method: str = "GET", body: Any = b"", **headers: str) -> Answer:
    """The answer of whatever the lab has at a URL; a body that is not bytes is sent as JSON."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lower = {name.lower().replace("_", "-"): text for name, text in headers.items()}
    return ask_request(state, Request(method, target, parts.netloc, lower, data))


def ask_request(state: Lab, request: Request) -> Answer:
    """The answer of the service that the request's host leads to."""
    return asyncio.run(hosts.find(request.host, state).serve(request, state))


def form(**fields: str) -> bytes:
    """The body of an HTML form."""
    return urlencode(fields).encode()


class MsalTransport:
    """What MSAL sends its requests with, leading into the lab; MSAL itself is unchanged."""

    def __init__(self, state: Lab):
        self._state = state

    def post(self, url: str, params=None, data=None, headers=None, **_others):
        return self._send("POST", url, params, urlencode(data or {}).encode(), headers)

    def get(self, url: str, params=None, headers=None, **_others):
        return self._send("GET", url, params, b"", headers)

    def _send(self, method, url, params, body, headers):
        url = f"{url}?{urlencode(params)}" if params else url
        answer = ask(self._state, url, method=method, body=body, **(headers or {}))
        response = SimpleNamespace(status_code=answer.status, text=answer.content()[0].decode(), headers={})
        response.raise_for_status = lambda: None
        return response

    def close(self) -> None:
        """There is nothing to close."""


def token(state: Lab, principal, resource: str = "https://management.core.windows.net/") -> str:
    """An access token of the lab's tenant for somebody."""
    state.tenant.issuer.__dict__.setdefault("_key", _KEY)  # making one takes a moment; all tests share this one
    claims = {"aud": resource, "oid": principal.object_id, "appid": principal.client_id}
    if principal.kind == "user":
        claims["upn"] = principal.name
    return state.tenant.issuer.sign(claims, state.clock())


def arm(state: Lab, path: str, *, role: str = "Owner", version: str = "2023-06-30", **options: Any) -> Answer:
    """The resource manager's answer to the service principal that has a role."""
    principal = state.tenant.named("servicePrincipal", role)
    joint = "&" if "?" in path else "?"
    url = f"{ARM}{path}{joint}api-version={version}"
    return ask(state, url, authorization=f"Bearer {token(state, principal)}", **options)
