"""The hub's REST API, what all of it shares: which request is whose, who may ask, and the form of a refusal."""

from __future__ import annotations

import inspect
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub import service_access as hub_access
from azext_iotdiag.lab.hub import throttles
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.rest import faults as rest_faults
from azext_iotdiag.lab.net import exchange, incoming

if TYPE_CHECKING:
    from cryptography import x509

    from azext_iotdiag.lab.hub.runtime import Runtime

ANY = "*"  # in the path of a route: an id
OF_DEVICE = "device"
_API_VERSION = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(?:-preview)?")


class Request(NamedTuple):
    """A request; the names of its headers are in lower case, the segments of its path decoded.

    `written` holds the names of headers as they came, by those in lower case; `chain` the client's certificates; `peer`
    is its address.
    """

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    written: Mapping[str, str] = MappingProxyType({})
    chain: tuple[x509.Certificate, ...] = ()
    peer: str = ""

    def json(self) -> Any:
        """The body as data. Raises HubRefusal."""
        try:
            return incoming.read(self.body)
        except incoming.BadJson as wrong:
            raise HubRefusal(400012, f"the body is no JSON: {wrong}") from None


class Answer(NamedTuple):
    """What is sent back: `data` as JSON, or `body` as it is. `note` is for the audit log alone."""

    status: int
    data: Any = None
    headers: Mapping[str, str] = MappingProxyType({})
    note: str = ""
    body: bytes = b""


class Route(NamedTuple):
    """A request that is understood: `path` holds ANY where an id stands, which `handle` is given.

    `right` is one of a policy, or OF_DEVICE where `handle` sees for itself that a device of the path asks.
    """

    method: str
    path: tuple[str, ...]
    right: str
    handle: Callable[..., Answer | Awaitable[Answer]]


def routes() -> tuple[Route, ...]:
    """All that is understood."""
    from azext_iotdiag.lab.hub.rest import device_requests, method_requests, module_requests, registry, twin_requests

    files = (registry, twin_requests, module_requests, method_requests, device_requests)
    return tuple(route for file in files for route in file.ROUTES)


async def serve(asked: exchange.Request, runtime: Runtime) -> exchange.Answer:
    """Answer a request to the hub's host."""
    segments = tuple(unquote(part) for part in asked.target.partition("?")[0].strip("/").split("/"))
    request = Request(
        asked.method, segments, asked.query, asked.headers, asked.body, asked.written, asked.chain, asked.peer
    )
    answered = await answer(request, runtime)
    if answered is None:
        missing = f"there is nothing at {asked.path}"
        answered = Answer(404, {"Message": missing}, {}, missing)
    content = answered.body or None if answered.data is None else answered.data
    return exchange.Answer(answered.status, content, answered.headers, reason=answered.note)


async def answer(request: Request, runtime: Runtime) -> Answer | None:
    """The answer to a request, or None where it is none of the hub's API. A refusal is an answer, too."""
    known = [route for route in routes() if _fits(route.path, request.path)]
    if not known:
        return None
    try:
        route = next((route for route in known if route.method == request.method), None)
        if route is None or route.right != OF_DEVICE:
            authorise(request, route.right if route else "", runtime)
        if route is None:
            raise HubRefusal(405000, f"{request.method} is not supported here")
        version = request.query.get("api-version", "")
        if not _API_VERSION.fullmatch(version):
            raise HubRefusal(400001, f"api-version: {version!r} is not supported")
        if (struck := rest_faults.strike(runtime, route.path, route.right)) is not None:
            refused, after = struck
            told = refusal(refused, runtime)
            return told._replace(headers={**told.headers, **after})
        kind = throttles.kind_of(request.method, request.path)
        if kind and route.right != OF_DEVICE and not runtime.throttles.allows(kind, runtime.clock()):
            raise HubRefusal(429001, "Throttled by backoff", f"too many {kind}")
        ids = (part for part, wanted in zip(request.path, route.path, strict=True) if wanted == ANY)
        answered = route.handle(runtime, request, *ids)
        return await answered if inspect.isawaitable(answered) else answered
    except HubRefusal as refused:
        return refusal(refused, runtime)


def refusal(refused: HubRefusal, runtime: Runtime) -> Answer:
    """A refusal in the form in which the hub's gateway words it."""
    now = datetime.fromtimestamp(runtime.clock(), timezone.utc)
    data = {
        "Message": f"ErrorCode:{refused.name};{refused}",
        "ExceptionMessage": f"Tracking ID:{uuid.uuid4().hex}-G:0-TimeStamp:{now:%m/%d/%Y %H:%M:%S}",
    }
    return Answer(refused.status, data, {"iothub-errorcode": refused.name}, refused.reason or str(refused))


def authorise(request: Request, right: str, runtime: Runtime) -> str:
    """The name of the policy, or of whom Entra ID knows, whose token came with a request and has the right.

    Raises HubRefusal.

    Whoever is refused is told nothing but that, as by the hub.
    """
    hub, shown = runtime.hub, request.headers.get("authorization", "")
    entra = shown.lower().startswith("bearer ")
    hub_access.judge_caller(runtime, request.peer, with_policy=not entra)
    if entra:
        return hub_access.judge_token(runtime, shown[len("bearer ") :].strip(), request.method, request.path)

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
    if not sas.covers(token.resource, "/".join((hub.host, *request.path))):
        raise refused(f"the token is for {token.resource}")
    if right and right not in policy.rights:
        raise refused(f"the policy {policy.name} lacks {right}")
    return policy.name


def quoted(etag: str) -> dict[str, str]:
    """The header ETag."""
    return {"ETag": f'"{etag}"'}


def _fits(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return len(pattern) == len(path) and all(
        wanted.lower() == part.lower() or (wanted == ANY and part) for wanted, part in zip(pattern, path, strict=True)
    )
