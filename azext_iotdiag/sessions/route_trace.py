"""`route trace`: what the routes of a hub make of one message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from azext_iotdiag.checks import verdict
from azext_iotdiag.checks.routing.built_in_reached import built_in_reached
from azext_iotdiag.checks.routing.message_routed import message_routed
from azext_iotdiag.checks.routing.message_taken import message_taken
from azext_iotdiag.model.ending import End, SessionEnd
from azext_iotdiag.model.facts import Fact, Facts, given
from azext_iotdiag.model.route_tracing import Event, LookingForMessage, Traced
from azext_iotdiag.probes.context import Access, Context
from azext_iotdiag.probes.gather import gather

WHOLE_SECONDS = 30.0
_WANTED = ("hub_settings", "endpoint_health", "route_trace")
Gather = Callable[..., Iterator[tuple[str, Fact[Any]]]]


class RouteTracing:
    """One trace as events. Iterate it once, and then what `end` gives. `known` are facts that need no measuring."""

    def __init__(self, context: Context, known: Facts, *, measure: Gather = gather):
        self._context = context
        self._facts: dict[str, Fact[Any]] = dict(known)
        self._measure = measure

    def __iter__(self) -> Iterator[Event]:
        context = self._context
        assert context.typed.tracing is not None, "the validator names a message"
        if context.typed.tracing.message is None:
            yield LookingForMessage(context.typed.device, context.host(Access.RESOURCE))
        for name, fact in self._measure(_WANTED, context, known=self._facts, seconds=WHOLE_SECONDS):
            self._facts[name] = fact

    def end(self, stopped: End | None) -> Iterator[Event]:
        """What is known by then. Without a message the routes themselves are judged."""
        if stopped is not None and stopped.early:
            now: Any = self._facts["now"].value
            enough = "route_trace" in self._facts
            self._facts |= given(now, ended=SessionEnd(stopped, enough=enough))
        trace = self._facts.get("route_trace")
        unknown = trace is not None and trace.value is None
        checks = (built_in_reached, message_routed) if unknown else (message_routed, message_taken)
        yield Traced(verdict.judge(checks, self._facts, _no_clock), self._facts)


def _no_clock() -> float:
    """Checks are pure; how long one takes is of no interest here."""
    return 0.0
