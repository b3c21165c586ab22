"""The HTTP interface of an IoT Central application: who asks, how often, for what, and the form of its errors.

https://learn.microsoft.com/rest/api/iotcentral/ and, for the tokens of event streams, what azure-iot asks.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.central import application as apps
from azext_iotdiag.lab.net.exchange import Answer, BadBody, Request
from azext_iotdiag.lab.tenant.tokens import BadToken

if TYPE_CHECKING:
    from azext_iotdiag.lab.central.application import Central
    from azext_iotdiag.lab.lab import Lab

ANY = "*"  # in the path of a route: an id
AUDIENCE = "https://apps.azureiotcentral.com"
EVENT_TOKENS = ("system", "iothubs", "generateEventSasTokens")
# https://learn.microsoft.com/rest/api/iotcentral/versions; what is said of older ones is not known here
VERSIONS = ("2022-07-31", "2022-05-31", "2022-10-31-preview")
_BEARER = "bearer "
_NO_PART = "403.043.004.002"  # the prefix 403.043.004. is what azure-iot looks for; its last part varies


class Refusal(Exception):
    """The request is answered with an error. `reason` is for the audit log alone."""

    def __init__(self, status: int, code: str, message: str, reason: str = ""):
        super().__init__(message)
        self.status = status
        self.code = code
        self.reason = reason or message


class Call(NamedTuple):
    """A request of somebody who has a part in the application."""

    request: Request
    central: Central
    lab: Lab
    role: str

    def object(self) -> dict[str, Any]:
        """The body as an object. Raises Refusal."""
        try:
            data = self.request.data()
        except BadBody as bad:
            raise Refusal(400, "BadRequest", str(bad)) from bad
        if not isinstance(data, dict):
            raise Refusal(400, "BadRequest", "The body must be an object.")
        return data


class Route(NamedTuple):
    """A request that is understood: `path` holds ANY where an id stands, which `handle` is given."""

    method: str
    path: tuple[str, ...]
    handle: Callable[..., Answer]
    roles: tuple[str, ...] = (apps.ADMINISTRATOR, apps.BUILDER, apps.OPERATOR)


async def serve(request: Request, lab: Lab) -> Answer:
    """Answer a request to an application's host."""
    central = next(each for each in lab.apps if each.host.lower() == request.host)
    who = ""
    try:
        _count(central, lab)
        who, role = _caller(request, central, lab)
        call = Call(request, central, lab, role)
        if request.segments == EVENT_TOKENS:
            if request.method != "POST":
                raise Refusal(404, "NotFound", "There is nothing at this path.")
            return Answer(200, apps.event_tokens(central), who=who)
        if request.segments[:1] != ("api",):
            raise Refusal(404, "NotFound", "There is nothing at this path.")
        answer = _route(call)
        return Answer(answer.status, answer.body, answer.headers, who)
    except Refusal as refused:
        return as_answer(refused, lab, who)


def _count(central: Central, lab: Lab) -> None:
    """Let through as many requests a second as an application does."""
    now = time.monotonic()
    if len(central.asked) == central.asked.maxlen and now - central.asked[0] < 1:
        raise Refusal(429, "TooManyRequests", "The request is throttled. Try again later.", "the limit on requests")
    if lab.faults.find("throttled") is not None and lab.faults.use("throttled"):
        raise Refusal(429, "TooManyRequests", "The request is throttled. Try again later.", "the fault throttled is on")
    central.asked.append(now)


def _caller(request: Request, central: Central, lab: Lab) -> tuple[str, str]:
    """Who asks, and with which role. Raises Refusal."""
    shown = request.headers.get("authorization", "")
    if shown.lower().startswith(_BEARER):
        return _of_tenant(shown[len(_BEARER) :].strip(), request, central, lab)
    try:
        token = sas.read(shown)
    except sas.MalformedToken as bad:
        raise _unknown(f"no token: {bad}" if shown else "no token") from None
    known = central.tokens.get(token.policy)
    if known is None or token.resource != central.app.id:
        raise _unknown("the token is none of this application")
    if token.expires <= lab.clock():
        raise _unknown("the token has expired")
    if not sas.matches(token, sas.eventhub_key(known.key.reveal())):
        raise _unknown("the token is signed with another key")
    return f"token {known.name}", known.role


def _of_tenant(text: str, request: Request, central: Central, lab: Lab) -> tuple[str, str]:
    try:
        claims = lab.tenant.issuer.verify(text, lab.clock(), [AUDIENCE])
    except BadToken as bad:
        raise _unknown(str(bad)) from bad
    who = str(claims.get("upn") or claims.get("appid", ""))
    role = central.roles.get(str(claims.get("oid")))
    if role is None:
        code = _NO_PART if request.segments == EVENT_TOKENS else "Forbidden"
        message = "You are not authorized to access this application."
        raise Refusal(403, code, message, f"{who} has no role in the application")
    return who, role


def _unknown(reason: str) -> Refusal:
    return Refusal(401, "Unauthorized", "The authorization header is missing or not valid.", reason)


def _route(call: Call) -> Answer:
    from azext_iotdiag.lab.central import devices as central_devices
    from azext_iotdiag.lab.central import templates as central_templates

    path, method = call.request.segments[1:], call.request.method
    known = [route for route in (*central_devices.ROUTES, *central_templates.ROUTES) if _fits(route.path, path)]
    if not known:
        raise Refusal(404, "NotFound", "There is nothing at this path.")
    version = call.request.query.get("api-version", "")
    if version not in VERSIONS:
        raise Refusal(400, "BadRequest", f"The api-version {version!r} is not supported.")
    route = next((route for route in known if route.method == method), None)
    if route is None:
        raise Refusal(405, "MethodNotAllowed", f"{method} is not supported here.")
    if call.role not in route.roles:
        raise Refusal(403, "Forbidden", "Your role does not allow this.", "the role does not allow this")
    ids = (part for part, wanted in zip(path, route.path, strict=True) if wanted == ANY)
    return route.handle(call, *ids)


def page(call: Call, rows: list[dict[str, Any]]) -> Answer:
    """A page of a list, with where the next one is: 25 rows, or as many as are asked for, 100 at most."""
    query = call.request.query
    top, skip = query.get("$top", query.get("maxpagesize", "25")), query.get("$skiptoken", "0")
    if not re.fullmatch("[0-9]{1,9}", top) or not 1 <= int(top) <= 100:
        raise Refusal(400, "BadRequest", "The size of a page must be from 1 to 100.")
    if not re.fullmatch("[0-9]{1,9}", skip):
        raise Refusal(400, "BadRequest", "The token of the page is not valid.")
    begin, size = int(skip), int(top)
    body: dict[str, Any] = {"value": rows[begin : begin + size]}
    if begin + size < len(rows):
        name = "$top" if "$top" in query else "maxpagesize"
        body["nextLink"] = (
            f"https://{call.central.host}{call.request.path}?api-version={query['api-version']}"
            f"&{name}={size}&$skiptoken={begin + size}"
        )
    return Answer(200, body)


def as_answer(refused: Refusal, lab: Lab, who: str = "") -> Answer:
    """An error as the application shows it."""
    now = datetime.fromtimestamp(lab.clock(), timezone.utc)
    error = {
        "code": refused.code,
        "message": str(refused),
        "requestId": uuid.uuid4().hex[:12],
        "time": f"{now:%a, %d %b %Y %H:%M:%S} GMT",
    }
    headers = {"x-ms-error-code": refused.code}
    return Answer(refused.status, {"error": error}, headers, who, refused.reason)


def _fits(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return len(pattern) == len(path) and all(
        wanted == part or (wanted == ANY and part) for wanted, part in zip(pattern, path, strict=True)
    )
