"""The trace of a message's routes: lines for people, data, and rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azext_iotdiag.model.check import Status
from azext_iotdiag.model.hub_settings import BUILT_IN, EndpointHealth
from azext_iotdiag.model.rights import RoleRequest
from azext_iotdiag.model.route_tracing import Event, LookingForMessage, Traced
from azext_iotdiag.model.routing import Outcome, RouteTrace, TracedMessage, TriedRoute
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

_INTERRUPTED = "Interrupted before the routes were tried."
_ROLE = "Contributor"
_SAID = {
    Outcome.MATCHES: "takes the message",
    Outcome.NO_MATCH: "does not match",
    Outcome.NO_VALUE: "has no value",
    Outcome.WRONG: "has an error",
    Outcome.OFF: "is off",
    Outcome.OTHER_EVENTS: "takes other events",
    Outcome.NOT_TRIED: "was not tried",
}
_MARKS = {Outcome.MATCHES: text.MARKS[Status.PASS], Outcome.NOT_TRIED: text.MARKS[Status.ERROR]}


def event_lines(event: Event) -> Iterator[str]:
    """What is said of an event."""
    if isinstance(event, LookingForMessage):
        yield printable(f"Looking for the newest message of {event.device} at the built-in endpoint of {event.hub} ...")
    elif "route_trace" not in event.facts and event.found.verdict.exit_code:
        yield _INTERRUPTED


def lines(ended: Traced, known: Known) -> Iterator[str]:
    """The trace for a person: the answer, the message, each route, and what to do."""
    if "route_trace" not in ended.facts:
        return
    yield from text.answer(ended.found, _healthy(ended))
    trace = ended.trace
    if trace is not None:
        yield ""
        yield printable(_message(trace.message))
        yield from (printable(_route(each)) for each in trace.routes)
        yield printable(_fallback(trace))
        yield from _endpoints(ended, trace)
        yield from _decided_here(trace)
        yield ""
    yield from text.rest(ended.found, known)
    if (request := _request(trace)) is not None:
        yield printable(f"For an administrator: {request.command}")


def data(ended: Traced, known: Known) -> dict[str, Any]:
    """The trace as data, of a schema that only grows."""
    judged = results.diagnosis(ended.found, known, _healthy(ended))
    trace = ended.trace
    if trace is None:
        return judged
    request, message = _request(trace), trace.message
    return {
        **judged,
        "hub": trace.hub,
        "device": message.device or None,
        "message": {
            "origin": message.origin,
            "enqueued": None if message.enqueued is None else written(message.enqueued),
            "contentType": message.content_type or None,
            "contentEncoding": message.content_encoding or None,
            "bytes": message.bytes,
        },
        "wanted": trace.wanted,
        "arrives": trace.arrives,
        "goesTo": [_endpoint(ended, trace, name) for name in trace.goes_to],
        "routes": [_row(each) for each in trace.routes],
        "fallback": None if trace.fallback is None else {**_row(trace.fallback), "takes": trace.falls_back},
        "request": None if request is None else {
            "role": request.role, "scope": request.scope, "action": request.action, "command": request.command,
        },
    }  # fmt: skip


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table` and `-o tsv`: the verdict, then each route, then the checks and the next command."""
    rows = results.table(result)
    routes = [
        {**dict.fromkeys(rows[0], ""), "About": f"route {each['name']}", "Status": each["outcome"],
         "Statement": f"{each['condition'] or 'true'} -> {' '.join(each['endpoints'])}"}
        for each in (*result.get("routes", ()), *filter(None, (result.get("fallback"),)))
    ]  # fmt: skip
    return [*rows[:1], *routes, *rows[1:]]


def _healthy(ended: Traced) -> str:
    trace = ended.trace
    if trace is None:
        return _INTERRUPTED
    by = " and ".join(repr(each.route.name) for each in trace.matching) or "the fallback route"
    also = f" It also goes to {_names(others)}." if (others := _others(trace)) else ""
    return printable(f"{text.MARKS[Status.PASS]} The message goes to {_name(trace.wanted)} by {by}.{also}")


def _others(trace: RouteTrace) -> list[str]:
    return [each for each in trace.goes_to if each.lower() != trace.wanted.lower()]


def _name(endpoint: str) -> str:
    return "the built-in endpoint" if endpoint.lower() == BUILT_IN else endpoint


def _names(endpoints: list[str]) -> str:
    return " and ".join(map(_name, endpoints))


def _message(message: TracedMessage) -> str:
    when = f", enqueued at {written(message.enqueued)}" if message.enqueued is not None else ""
    whose = f" of {message.device}" if message.device else ""
    kind, encoding = message.content_type or "no content type", message.content_encoding or "no content encoding"
    return f"Message: {message.origin}{whose}{when}; {message.bytes} bytes, {kind}, {encoding}."


def _route(tried: TriedRoute) -> str:
    mark = _MARKS.get(tried.outcome, text.MARKS[Status.SKIP])
    route = tried.route
    why = f" {tried.why}" if tried.why else ""
    return (
        f"{mark} {route.name} {_SAID[tried.outcome]}: {route.condition or 'true'} → {' '.join(route.endpoints)}.{why}"
    )


def _fallback(trace: RouteTrace) -> str:
    off = trace.fallback is None or trace.fallback.outcome is Outcome.OFF
    if off:
        return f"{text.MARKS[Status.SKIP]} The fallback route is off."
    if trace.falls_back is None:
        return f"{text.MARKS[Status.ERROR]} Whether the fallback route takes the message is not known."
    if trace.falls_back:
        return f"{text.MARKS[Status.PASS]} The fallback route takes the message, because no route matches."
    return f"{text.MARKS[Status.SKIP]} The fallback route does not take the message."


def _endpoints(ended: Traced, trace: RouteTrace) -> Iterator[str]:
    for name in trace.goes_to:
        found = _endpoint(ended, trace, name)
        where = f" ({found['kind']}{' ' if found['leadsTo'] else ''}{found['leadsTo'] or ''})" if found["kind"] else ""
        health = found["health"] or "not known"
        yield printable(f"  {_name(name)}{where}: health {health}")


def _endpoint(ended: Traced, trace: RouteTrace, name: str) -> dict[str, Any]:
    fact = ended.facts.get("endpoint_health")
    known: tuple[EndpointHealth, ...] = (fact.value or ()) if fact is not None else ()
    health = next((each.status for each in known if each.endpoint.lower() == name.lower()), None)
    custom = next((each for each in trace.endpoints if each.name.lower() == name.lower()), None)
    return {
        "name": name,
        "builtIn": name.lower() == BUILT_IN,
        "kind": custom.kind if custom else None,
        "leadsTo": (custom.leads_to or None) if custom else None,
        "health": health,
    }


def _decided_here(trace: RouteTrace) -> Iterator[str]:
    """What this tool decided without asking Azure to try the message."""
    if trace.refused is not None:
        yield "Azure tried no condition. What is shown follows from the settings alone."
    elif not any(each.by_service for each in trace.routes):
        yield "The settings alone decide: no condition had to be tried."
    else:
        yield "Azure tried the conditions."


def _request(trace: RouteTrace | None) -> RoleRequest | None:
    """What to ask an administrator for, where a right lacks."""
    if trace is None or not trace.action:
        return None
    return RoleRequest(_ROLE, trace.scope, trace.action)


def _row(tried: TriedRoute) -> dict[str, Any]:
    route = tried.route
    return {
        "name": route.name,
        "source": route.source,
        "condition": route.condition,
        "endpoints": list(route.endpoints),
        "enabled": route.enabled,
        "outcome": tried.outcome.value,
        "decidedBy": "azure" if tried.by_service else "settings",
        "why": tried.why or None,
    }
