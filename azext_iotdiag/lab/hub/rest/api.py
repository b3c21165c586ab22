"""The hub's REST API, what all of it shares: which request is whose, who may ask, and the form of a refusal."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import datetime, timezone

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub import refusal as refusals
from azext_iotdiag.lab.hub import service_access as hub_access
from azext_iotdiag.lab.hub import throttles, tier
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.rest import bulk, device_requests, method_requests, module_requests, registry, twin_requests
from azext_iotdiag.lab.hub.rest import faults as rest_faults
from azext_iotdiag.lab.hub.rest.reading import OF_DEVICE
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.net import not_played, router
from azext_iotdiag.lab.net.http_types import Answer, Request

ROUTES = (
    *bulk.ROUTES,
    *registry.ROUTES,
    *twin_requests.ROUTES,
    *module_requests.ROUTES,
    *method_requests.ROUTES,
    *device_requests.ROUTES,
)
_API_VERSION = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(?:-preview)?")


async def serve(request: Request, runtime: Runtime) -> Answer:
    """Answer a request to the hub's host. A refusal is an answer, too."""
    found = router.find(ROUTES, request, cased=False)
    gap = not_played.words(not_played.HUB, request.method, request.parts)
    if gap and (found is None or found.route is None):
        return Answer(not_played.STATUS, {"Message": gap}, reason=gap)
    if found is None:
        missing = f"there is nothing at {request.path}"
        return Answer(404, {"Message": missing}, reason=missing)
    device = _device_of(request, found)
    try:
        answer = await _answer(request, found, runtime)
    except HubRefusal as refused:
        answer = refusal(refused, runtime)
    return replace(answer, who=device, by_device=True) if device else answer


def _device_of(request: Request, found: router.RouteFound) -> str:
    """The device or module that asks, as it calls itself; empty where a service asks."""
    if found.route is None or found.route.needs != OF_DEVICE:
        return ""
    return "/".join(request.parts[1:4:2]) if request.parts[2:3] == ("modules",) else request.parts[1]


async def _answer(request: Request, found: router.RouteFound, runtime: Runtime) -> Answer:
    route = found.route
    of_device = route is not None and route.needs == OF_DEVICE
    who = "" if of_device else authorise(request, route.needs if route else (), runtime)
    if route is None:
        raise HubRefusal(405000, f"{request.method} is not supported here")
    version = request.query.get("api-version", "")
    if not _API_VERSION.fullmatch(version):
        raise HubRefusal(400001, f"api-version: {version!r} is not supported")
    if not of_device:
        tier.judge_request(runtime.hub.settings, route.path)
    if (struck := rest_faults.strike(runtime, route)) is not None:
        refused, after = struck
        told = refusal(refused, runtime)
        return replace(told, headers={**told.headers, **after})
    kind = throttles.kind_of(request.method, request.parts)
    if kind and not of_device and not runtime.throttles.allows(kind, runtime.clock()):
        raise HubRefusal(429001, "Throttled by backoff", f"too many {kind}")
    return replace(await found.answer(runtime, request), who=who)


def refusal(refused: HubRefusal, runtime: Runtime) -> Answer:
    """A refusal in the form in which the hub's gateway words it."""
    now = datetime.fromtimestamp(runtime.clock(), timezone.utc)
    data = {
        "Message": f"ErrorCode:{refused.name};{refused}",
        "ExceptionMessage": f"Tracking ID:{uuid.uuid4().hex}-G:0-TimeStamp:{now:%m/%d/%Y %H:%M:%S}",
    }
    why = refused.reason or str(refused)
    return Answer(refused.status, data, {"iothub-errorcode": refused.name}, reason=why, code=refused.code)


def authorise(request: Request, needs: tuple[str, ...], runtime: Runtime) -> str:
    """The name of the policy, or of whom Entra ID knows, whose token came with a request and has the rights.

    Raises HubRefusal.

    A caller who is refused gets no reason, as from the hub.
    """
    hub, shown = runtime.hub, request.headers.get("authorization", "")
    entra = shown.lower().startswith("bearer ")
    hub_access.judge_caller(runtime, request.peer, with_policy=not entra)
    if entra:
        return hub_access.judge_token(runtime, shown[len("bearer ") :].strip(), request.method, request.parts)

    def refused(why: str) -> HubRefusal:
        return HubRefusal(401002, "Unauthorized", why)

    try:
        token = sas.read(shown)
    except sas.MalformedToken as wrong:
        raise refused(f"no token: {wrong}" if "authorization" in request.headers else "no token") from None
    policy = hub.policies.get(token.policy)
    if policy is None:
        raise refused(f"there is no policy {token.policy!r}")
    if token.expires <= runtime.clock():
        raise refused(f"the token expired {runtime.clock() - token.expires:.0f} s ago")
    if not any(sas.matches(token, sas.iothub_key(key.reveal())) for key in (policy.primary, policy.secondary)):
        raise refused("the token is signed with another key")
    if not sas.covers(token.resource, "/".join((hub.host, *request.parts))):
        raise refused(f"the token is for {token.resource}")
    if missing := [right for right in needs if right not in policy.rights]:
        raise refused(f"the policy {policy.name} lacks {', '.join(missing)}")
    return policy.name


def mistaken(runtime: Runtime) -> Answer:
    """The answer when the lab makes a mistake."""
    return refusal(refusals.mistaken(), runtime)
