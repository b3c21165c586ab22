"""Microsoft Graph, as far as az asks it who a principal is: users and service principals by id or name."""

from __future__ import annotations

import re
from typing import Any

from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net.http_types import Answer, BadBody, Request
from azext_iotdiag.lab.net.mistakes import WORDS
from azext_iotdiag.lab.tenant.tenant import USER, Principal
from azext_iotdiag.lab.tenant.tokens import BadToken

HOST = "graph.microsoft.com"
_FILTER = re.compile(
    r"\(?\s*(appId|userPrincipalName|displayName)\s+eq\s+'([^']*)'.*"
    r"|servicePrincipalNames/any\(\w+:\w+ eq '([^']*)'\)"
)
_BY_CLIENT_ID = re.compile(r"servicePrincipals\(appId='([^']*)'\)")


async def serve(request: Request, lab: Lab) -> Answer:  # pylint: disable=too-many-return-statements
    """Answer a request to graph.microsoft.com."""
    tenant = lab.tenant
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        claims = tenant.issuer.verify(token if scheme.lower() == "bearer" else "", lab.clock(), [f"https://{HOST}"])
    except BadToken as bad:
        return wrong(401, "InvalidAuthenticationToken", str(bad))
    who = claims.get("upn") or claims.get("appid", "")
    match [request.method, *request.segments[1:]]:
        case ["POST", "directoryObjects", "getByIds"]:
            try:
                wanted = set(request.data()["ids"])
            except (BadBody, LookupError, TypeError):
                return wrong(400, "Request_BadRequest", "The body has no ids.")
            return Answer(
                200, {"value": [_object(each) for each in tenant.principals if each.object_id in wanted]}, who=who
            )
        case ["GET", "me"]:
            mine = tenant.principal(claims["oid"])
            if mine is None or mine.kind != USER:
                return wrong(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
            return Answer(200, _object(mine), who=who)
        case ["GET", "users" | "servicePrincipals" as kind]:
            rows = [each for each in tenant.principals if (each.kind == USER) == (kind == "users")]
            return Answer(200, {"value": [_object(each) for each in rows if _wanted(request, each)]}, who=who)
        case ["GET", name] if by_id := _BY_CLIENT_ID.fullmatch(name):
            found = tenant.application(by_id[1])
            if found is not None:
                return Answer(200, _object(found), who=who)
            return wrong(404, "Request_ResourceNotFound", f"Resource '{by_id[1]}' does not exist.")
        case ["GET", "users" | "servicePrincipals", name]:
            found = tenant.principal(name) or tenant.user(name)
            if found is not None:
                return Answer(200, _object(found), who=who)
            return wrong(404, "Request_ResourceNotFound", f"Resource '{name}' does not exist.")
    return wrong(404, "Request_ResourceNotFound", f"There is nothing at {request.path}.")


def _wanted(request: Request, principal: Principal) -> bool:
    asked = _FILTER.match(request.query.get("$filter", ""))
    if asked is None:
        return "$filter" not in request.query
    return (asked[2] or asked[3]) in (principal.client_id, principal.name)


def _object(principal: Principal) -> dict[str, Any]:
    if principal.kind == USER:
        kind = {"@odata.type": "#microsoft.graph.user", "userPrincipalName": principal.name}
    else:
        kind = {
            "@odata.type": "#microsoft.graph.servicePrincipal",
            "appId": principal.client_id,
            "servicePrincipalNames": [principal.client_id],
            "servicePrincipalType": "Application" if principal.kind == "servicePrincipal" else "ManagedIdentity",
        }
    return {**kind, "id": principal.object_id, "displayName": principal.name.partition("@")[0]}


def wrong(status: int, code: str, message: str) -> Answer:
    """An error as Graph shows it."""
    return Answer(status, {"error": {"code": code, "message": message}}, reason=f"{code}: {message}")


def mistaken(_lab: Lab) -> Answer:
    """The answer when the lab makes a mistake."""
    return wrong(500, "InternalServerError", WORDS)
