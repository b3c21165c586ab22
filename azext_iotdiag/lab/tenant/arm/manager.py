"""The resource manager: who calls, and to which part of it the path leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from azext_iotdiag.lab.lab import Lab
from azext_iotdiag.lab.monitor import health
from azext_iotdiag.lab.monitor import insights as arm_insights
from azext_iotdiag.lab.net.http_types import Answer, Request
from azext_iotdiag.lab.net.mistakes import WORDS
from azext_iotdiag.lab.tenant.arm import activity_log, advisor, event_subscriptions, resource_graph
from azext_iotdiag.lab.tenant.arm import authorization as arm_authorization
from azext_iotdiag.lab.tenant.arm import scopes as arm_scopes
from azext_iotdiag.lab.tenant.arm.answers import Call, Refusal, not_allowed, values
from azext_iotdiag.lab.tenant.arm.kinds import KINDS, NAME_CHECKS, ResourceKind
from azext_iotdiag.lab.tenant.tenant import Resource, Subscription
from azext_iotdiag.lab.tenant.tokens import BadToken

HOST = "management.azure.com"
AUDIENCES = ("https://management.core.windows.net", "https://management.azure.com")
_AUTHORITY = "https://login.microsoftonline.com/"
# What belongs to a scope, be it a subscription, a group or a resource, by its namespace or its namespace and type.
_OF_ANY_SCOPE: dict[str, Callable[[Call, str, list[str]], Answer]] = {
    "microsoft.authorization": arm_authorization.authorization,
    "microsoft.advisor": advisor.advisor,
    "microsoft.insights/eventtypes": activity_log.list_events,
    "microsoft.resourcehealth/events": health.of_subscription,
}

# What belongs to a resource alone, by its namespace.
_OF_RESOURCE: dict[str, Callable[[Call, Resource, str, list[str]], Answer]] = {
    "microsoft.insights": arm_insights.of_resource,
    "microsoft.eventgrid": event_subscriptions.of_resource,
    "microsoft.resourcehealth": health.of_resource,
}


async def serve(request: Request, lab: Lab) -> Answer:
    """Answer a request to management.azure.com."""
    try:
        call = _caller(request, lab)
    except Refusal as refusal:
        return refusal.answer()
    try:
        if "api-version" not in request.query:
            raise Refusal(
                400,
                "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.",
            )
        answer = replace(_root(call), who=call.name)
    except Refusal as refusal:
        answer = refusal.answer(call.name)
    activity_log.note(call, answer)
    return answer


def mistaken(_lab: Lab) -> Answer:
    """The answer when the lab makes a mistake."""
    return Refusal(500, "InternalServerError", WORDS).answer()


def _caller(request: Request, lab: Lab) -> Call:
    challenge = {"WWW-Authenticate": f'Bearer authorization_uri="{_AUTHORITY}{lab.tenant.id}", error="invalid_token"'}
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        why = "Authentication failed. The 'Authorization' header is missing."
        raise Refusal(401, "AuthenticationFailed", why, challenge)
    try:
        claims = lab.tenant.issuer.verify(token.strip(), lab.clock(), AUDIENCES)
    except BadToken as bad:
        code, why = "InvalidAuthenticationToken", "The access token is invalid."
        if bad.expired:
            code, why = (
                "ExpiredAuthenticationToken",
                "The access token expiry UTC time is earlier than current UTC time.",
            )
        elif bad.audience:
            code, why = (
                "InvalidAuthenticationTokenAudience",
                (
                    f"The access token has been obtained for wrong audience or resource. {bad}; allowed are "
                    f"{', '.join(AUDIENCES)}."
                ),
            )
        raise Refusal(401, code, why, challenge) from bad
    return Call(request, lab, claims["oid"], claims.get("upn") or claims.get("appid", ""))


def _root(call: Call) -> Answer:
    segments = call.request.segments
    lower = [segment.lower() for segment in segments]
    if lower == ["tenants"]:
        return values([arm_scopes.tenant(call.lab.tenant)])
    if lower == ["subscriptions"]:
        seen = [each for each in call.lab.tenant.subscriptions if call.lab.tenant.sees(call.object_id, each)]
        rows = [arm_scopes.subscription(each, call.lab.tenant) for each in seen]
        return Answer(200, {"value": rows, "count": {"type": "Total", "value": len(rows)}})
    if lower == ["providers", "microsoft.resourcegraph", "resources"]:
        return resource_graph.ask(call)
    if not lower or lower[0] != "subscriptions":
        raise Refusal(404, "NotFound", f"There is nothing at {call.request.path}.")
    wanted = segments[1].lower()
    found = next((each for each in call.lab.tenant.subscriptions if each.id == wanted), None)
    if found is None:
        raise Refusal(404, "SubscriptionNotFound", f"The subscription '{segments[1]}' could not be found.")
    return _subscription(call, found, list(segments[2:]))


def _subscription(call: Call, subscription: Subscription, rest: list[str]) -> Answer:
    """What follows /subscriptions/ID."""
    head = rest[0].lower() if rest else ""
    if head == "resourcegroups" and len(rest) > 1:
        return _group(call, subscription, rest[1], rest[2:])
    if head == "providers" and len(rest) > 2:
        return _provider(call, subscription, "", subscription.path, rest[1:])
    if call.method != "GET":
        raise not_allowed(call)
    return arm_scopes.read(call, subscription, rest)


def _group(call: Call, subscription: Subscription, name: str, rest: list[str]) -> Answer:
    """What follows /subscriptions/ID/resourceGroups/NAME."""
    group = subscription.group(name)
    scope = f"{subscription.path}/resourceGroups/{group or name}"
    if rest and rest[0].lower() == "providers" and len(rest) > 2:
        if group is None:
            call.demand("Microsoft.Resources/subscriptions/resourceGroups/read", scope)
            raise arm_scopes.no_group(name)
        return _provider(call, subscription, group, scope, rest[1:])
    return arm_scopes.group(call, subscription, name, rest)


def _provider(call: Call, subscription: Subscription, group: str, scope: str, rest: list[str]) -> Answer:
    """What follows .../providers/: a namespace, a type, and perhaps a resource and what belongs to it."""
    namespace, type_, *rest = rest
    if (extension := _extension(namespace, type_)) is not None:
        return extension(call, scope, [type_, *rest])
    asked = f"{namespace}/{type_}".lower()
    if not group and asked in NAME_CHECKS:
        return _name(call, NAME_CHECKS[asked], subscription)
    kind = KINDS.get(asked)
    if kind is None:
        raise Refusal(404, "InvalidResourceType", f"The resource type '{namespace}/{type_}' could not be found.")
    if not rest:
        _judge_version(call, kind)
        if call.method != "GET":
            raise not_allowed(call)
        call.demand(f"{kind.type}/read", scope)
        return values([kind.show(each, subscription, call.lab) for each in subscription.find(kind.type, group)])
    if not group:
        raise Refusal(404, "InvalidResourceId", f"'{rest[0]}' is asked for without its resource group.")
    return _resource(call, kind, subscription, group, rest)


def _extension(namespace: str, type_: str) -> Callable[[Call, str, list[str]], Answer] | None:
    """What answers for a namespace at any scope."""
    exact = _OF_ANY_SCOPE.get(f"{namespace}/{type_}".lower())
    return exact or _OF_ANY_SCOPE.get(namespace.lower())


def _judge_version(call: Call, kind: ResourceKind) -> None:
    if call.version not in kind.versions:
        namespace, _, type_ = kind.type.partition("/")
        raise Refusal(
            400,
            "InvalidResourceType",
            f"The resource type '{type_}' could not be found in the namespace '{namespace}' for api version "
            f"'{call.version}'. The supported api-versions are '{','.join(kind.versions)}'.",
        )


def _resource(call: Call, kind: ResourceKind, subscription: Subscription, group: str, rest: list[str]) -> Answer:
    """A resource by name, and what belongs to it."""
    name, *rest = rest
    found = subscription.find(kind.type, group, name)
    scope = f"{subscription.path}/resourceGroups/{group}/providers/{kind.type}/{name}"
    if not found:
        call.demand(f"{kind.type}/{'read' if call.method == 'GET' else 'write'}", scope)
        if call.method == "PUT" and not rest:
            return _create(call, kind, subscription, group, name)
        if call.method == "DELETE" and not rest:
            return Answer(204)
        raise Refusal(
            404,
            "ResourceNotFound",
            f"The Resource '{kind.type}/{name}' under resource group '{group}' was not found. For more details please "
            "go to https://aka.ms/ARMResourceNotFoundFix",
        )
    resource = found[0]
    if rest and rest[0].lower() == "providers" and len(rest) > 2:
        if (extension := _extension(rest[1], rest[2])) is None:
            if (of_resource := _OF_RESOURCE.get(rest[1].lower())) is not None:
                return of_resource(call, resource, subscription.id_of(resource), rest[2:])
            raise Refusal(404, "InvalidResourceNamespace", f"The resource namespace '{rest[1]}' is invalid.")
        return extension(call, scope, rest[2:])  # which has versions of its own
    _judge_version(call, kind)
    if rest:
        return kind.inside(call, resource, subscription.id_of(resource), rest)
    if call.method == "GET":
        call.demand(f"{kind.type}/read", scope)
    elif call.method in ("PUT", "PATCH"):
        call.demand(f"{kind.type}/write", scope)
        kind.update(call, resource)
    elif call.method == "DELETE" and kind.remove is not None:
        call.demand(f"{kind.type}/delete", scope)
        kind.remove(call, subscription, resource)
        return Answer(204)
    else:
        raise not_allowed(call)
    return Answer(200, kind.show(resource, subscription, call.lab))


def _create(call: Call, kind: ResourceKind, subscription: Subscription, group: str, name: str) -> Answer:
    """A new resource. Raises Refusal."""
    _judge_version(call, kind)
    if kind.create is None:
        type_ = kind.type.partition("/")[2]
        raise Refusal(409, "Conflict", f"A lab creates no {type_}; those it has are made when it starts.")
    made = kind.create(call, subscription, group, name)
    return Answer(kind.created, kind.show(made, subscription, call.lab))


def _name(call: Call, kind: ResourceKind, subscription: Subscription) -> Answer:
    """Whether a name is free: those of the lab are not."""
    if call.method != "POST":
        raise not_allowed(call)
    call.demand(f"{kind.type}/read", subscription.path)
    wanted = str(call.body().get("name", ""))
    taken = any(each.find(kind.type, name=wanted) for each in call.lab.tenant.subscriptions)
    reason = {"reason": "AlreadyExists", "message": f"'{wanted}' is not available"} if taken else {}
    return Answer(200, {"nameAvailable": not taken, **reason})
