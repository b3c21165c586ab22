"""Managed identities: the endpoints that a virtual machine and an App Service find their tokens at, without TLS.

https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
https://learn.microsoft.com/azure/app-service/overview-managed-identity
"""

from __future__ import annotations

import secrets

from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.net.mistakes import WORDS
from azext_iotdiag.lab.tenant.entra.grants import RESOURCES, application_claims
from azext_iotdiag.lab.tenant.tenant import MANAGED_IDENTITY, Principal
from azext_iotdiag.lab.tenant.tokens import LIFETIME_SECONDS

HOSTS = ("127.0.0.1", "localhost", "169.254.169.254")  # the last is where a virtual machine finds its endpoint
_OF_BROWSERS = ("origin", "sec-fetch-site")
VM_PATH, APP_PATH = "/metadata/identity/oauth2/token", "/msi/token"


async def serve(request: Request, lab: Lab) -> Answer:
    """Answer a request for a token from a program on this machine."""
    if why := _why_not_local(request):
        return wrong(403, "forbidden", why)
    vm = request.path == VM_PATH
    if not vm and request.path != APP_PATH:
        return wrong(404, "not_found", "There is nothing here.")
    if request.method != "GET":
        return wrong(405, "method_not_allowed", "Use GET.")
    if vm and request.headers.get("metadata", "").lower() != "true":
        return wrong(400, "bad_request_102", "Required metadata header not specified")
    if vm and "x-forwarded-for" in request.headers:
        return wrong(400, "invalid_request", "A request that was forwarded is not answered.")
    if not vm and not secrets.compare_digest(
        request.headers.get("x-identity-header", "").encode(), lab.tenant.identity_header.reveal().encode()
    ):
        return wrong(401, "unauthorized", "The X-IDENTITY-HEADER is missing or wrong.")
    resource = request.query.get("resource", "")
    if not resource:
        return wrong(400, "invalid_request", "Required query variable 'resource' is missing")
    identity = _identity(request, lab)
    if identity is None:
        return wrong(400, "invalid_request", "Identity not found")
    if resource.rstrip("/").lower() not in RESOURCES:
        where = f"in the tenant named {lab.tenant.name}"
        return wrong(
            400, "invalid_resource", f"AADSTS500011: The resource principal named {resource} was not found {where}."
        )
    now = lab.clock()
    where = f"{lab.tenant.subscriptions[0].path}/resourcegroups/lab-group/providers/"
    where += f"Microsoft.ManagedIdentity/userAssignedIdentities/{identity.name}"
    token = lab.tenant.issuer.sign({**application_claims(identity, resource, "2"), "xms_mirid": where}, now)
    body = {
        "access_token": token,
        "client_id": identity.client_id,
        "expires_in": str(LIFETIME_SECONDS),
        "expires_on": str(int(now) + LIFETIME_SECONDS),
        "not_before": str(int(now)),
        "resource": resource,
        "token_type": "Bearer",
    }
    return Answer(200, body, who=identity.name)


def _why_not_local(request: Request) -> str:
    """Why a request may be a web page's: one that a browser sends, or by a name that leads here (DNS rebinding)."""
    if request.host not in HOSTS:
        return f"The Host {request.host!r} is not one of {', '.join(HOSTS)}."
    if told := next((name for name in _OF_BROWSERS if name in request.headers), ""):
        return f"A request with the header {told} is not answered: it comes from a web page."
    return ""


def _identity(request: Request, lab: Lab) -> Principal | None:
    """The identity that is asked for by client id or object id; the machine's own, the owner, where none is."""
    asked = {name: request.query[name] for name in ("client_id", "object_id", "principal_id") if name in request.query}
    known = [each for each in lab.tenant.principals if each.kind == MANAGED_IDENTITY]
    if not asked:
        return lab.tenant.signs_in(MANAGED_IDENTITY, "owner")
    name, value = next(iter(asked.items()))
    return next((each for each in known if value == (each.client_id if name == "client_id" else each.object_id)), None)


def wrong(status: int, error: str, text: str) -> Answer:
    """An error as the endpoint shows it."""
    return Answer(status, {"error": error, "error_description": text}, reason=text)


def mistaken(_lab: Lab) -> Answer:
    """The answer when the lab makes a mistake."""
    return wrong(500, "unknown", WORDS)
