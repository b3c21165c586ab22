"""The HTTP interface of an IoT Central application: who asks, how often, for what, and the form of its errors.

https://learn.microsoft.com/rest/api/iotcentral/ and, for the tokens of event streams, what azure-iot asks.
"""

from __future__ import annotations

import time

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.central import application as apps
from azext_iotdiag.lab.central import devices, templates
from azext_iotdiag.lab.central.application import Central
from azext_iotdiag.lab.central.calls import Call, Refusal, as_answer
from azext_iotdiag.lab.faults.table import THROTTLED
from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.net import not_played, router
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.net.mistakes import WORDS
from azext_iotdiag.lab.tenant.tokens import BadToken

AUDIENCE = "https://apps.azureiotcentral.com"
EVENT_TOKENS = ("system", "iothubs", "generateEventSasTokens")
# https://learn.microsoft.com/rest/api/iotcentral/versions; what is said of older ones is not known here
VERSIONS = ("2022-07-31", "2022-05-31", "2022-06-30-preview", "2022-10-31-preview")
ROUTES = (*devices.ROUTES, *templates.ROUTES)
_BEARER = "bearer "
_NO_PART = "403.043.004.002"  # the prefix 403.043.004. is what azure-iot looks for; its last part varies


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
        answer = await _route(call)
        return Answer(answer.status, answer.body, answer.headers, who)
    except Refusal as refused:
        return as_answer(refused, lab, who)


def _count(central: Central, lab: Lab) -> None:
    """Let through as many requests a second as an application does."""
    now = time.monotonic()
    if len(central.asked) == central.asked.maxlen and now - central.asked[0] < 1:
        raise Refusal(429, "TooManyRequests", "The request is throttled. Try again later.", "the limit on requests")
    if lab.faults.find(THROTTLED) is not None and lab.faults.use(THROTTLED):
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


async def _route(call: Call) -> Answer:
    found = router.find(ROUTES, call.request, below=1)
    gap = not_played.words(not_played.CENTRAL, call.request.method, call.request.parts[1:])
    if gap and (found is None or found.route is None):
        raise Refusal(not_played.STATUS, not_played.CODE, gap)
    if found is None:
        raise Refusal(404, "NotFound", "There is nothing at this path.")
    version = call.request.query.get("api-version", "")
    if version not in VERSIONS:
        raise Refusal(400, "BadRequest", f"The api-version {version!r} is not supported.")
    if found.route is None:
        raise Refusal(405, "MethodNotAllowed", f"{call.request.method} is not supported here.")
    if call.role not in (found.route.needs or apps.ROLES):
        raise Refusal(403, "Forbidden", "Your role does not allow this.", "the role does not allow this")
    return await found.answer(call)


def mistaken(lab: Lab) -> Answer:
    """The answer when the lab makes a mistake."""
    return as_answer(Refusal(500, "InternalServerError", WORDS), lab)
