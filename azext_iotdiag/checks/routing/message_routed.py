"""A message comes to the endpoint where it is wanted: by a route that matches it, or by the fallback route."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, finding_of, obstacle
from azext_iotdiag.knowledge.hub.settings import (
    CONDITION_WITHOUT_VALUE,
    FALLBACK_OFF,
    NO_MESSAGE_TO_TRACE,
    ROUTE_NOT_TRIED,
    ROUTED_ELSEWHERE,
    ROUTES_NOT_TRIED,
)
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, Severity, fail, warn
from azext_iotdiag.model.hub_settings import BUILT_IN
from azext_iotdiag.model.routing import Outcome, RouteTrace


@check("The message reaches the wanted endpoint")
def message_routed(route_trace: Fact[RouteTrace]) -> Iterator[Finding]:
    if route_trace.failure is not None:
        raise CouldNotLook(obstacle(_service(route_trace.failure.step), route_trace.failure))
    trace = route_trace.value
    if trace is None:
        raise CouldNotLook(
            warn(NO_MESSAGE_TO_TRACE, "the built-in endpoint holds no message of the device of the last day")
        )
    arrives = trace.arrives
    if arrives is None:
        raise CouldNotLook(_not_tried(trace))
    if arrives:
        return
    if trace.goes_to:
        by = " and ".join(repr(each.route.name) for each in trace.matching) or "the fallback route"
        message = f"the message goes to {_named(trace.goes_to)} by {by}, not to {place(trace.wanted)}"
        yield fail(ROUTED_ELSEWHERE, message, hub=trace.hub, endpoint=trace.goes_to[0])
    elif not trace.open:
        yield fail(
            FALLBACK_OFF, f"{trace.hub} drops the message: no route matches it, and {_fallback(trace)}", hub=trace.hub
        )
    else:
        raise CouldNotLook(_not_tried(trace))
    for each in trace.routes:
        if each.outcome in (Outcome.NO_VALUE, Outcome.WRONG):
            yield warn(
                CONDITION_WITHOUT_VALUE, f"the route {each.route.name!r} does not match: {each.why}",
                route=each.route.name, condition=each.route.condition,
            )  # fmt: skip


def place(endpoint: str) -> str:
    """An endpoint by its name, as a text says it."""
    return "the built-in endpoint" if endpoint.lower() == BUILT_IN else f"the endpoint {endpoint!r}"


def _named(endpoints: tuple[str, ...]) -> str:
    return " and ".join(map(place, endpoints))


def _fallback(trace: RouteTrace) -> str:
    if trace.fallback is None:
        return "the hub has no fallback route"
    return "the fallback route is off" if trace.fallback.outcome is Outcome.OFF else "nor does the fallback route"


def _not_tried(trace: RouteTrace) -> Finding:
    names = " and ".join(repr(each.route.name) for each in trace.open) or "the fallback route"
    if trace.refused is not None:
        return finding_of(Service.MANAGER, trace.refused, Severity.WARN, ROUTES_NOT_TRIED)
    why = next((each.why for each in trace.open if each.why), "The time was over before they were tried.")
    return warn(ROUTE_NOT_TRIED, f"not known: {names}. {why}", hub=trace.hub)


def _service(step: str) -> Service:
    """Who was asked: the messages are read from another service than the routes."""
    managed = ("the settings of the hub", "the trial of the routes")
    return Service.MANAGER if step in managed else Service.MESSAGES
