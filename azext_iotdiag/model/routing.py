"""Which routes of a hub take one message, and where it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.hub_settings import BUILT_IN, CustomEndpoint, HubSettings, Route

JSON = "application/json"
# https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-routing-query-syntax
ENCODINGS = ("utf-8", "utf-16", "utf-32")


class Outcome(Enum):
    """What a route makes of a message."""

    MATCHES = "matches"
    NO_MATCH = "no match"
    NO_VALUE = "no value"  # the condition has no value for this message
    WRONG = "condition wrong"  # the condition cannot be read
    OFF = "off"
    OTHER_EVENTS = "other events"  # its source is not the messages of devices
    NOT_TRIED = "not tried"


class TriedMessage(NamedTuple):
    """A message as the resource manager tries routes with it. `text` is None where the body is no text.

    `system` goes by the names that this API has for them, such as contentType.
    """

    text: str | None
    system: dict[str, str]
    properties: dict[str, str]
    device: str = ""
    enqueued: int | None = None


@dataclass(frozen=True)
class Tracing:
    """What is asked of routes: the message, None for the newest one of the device, where it is from, and the endpoint
    where it is wanted."""

    message: TriedMessage | None = None
    origin: str = "the newest message"
    wanted: str = BUILT_IN


@dataclass(frozen=True)
class TracedMessage:
    """What is known of the message beside its body: where it is from, and how it describes its body.

    `origin` is "the newest message", "a recorded message" or "your message". `enqueued` is in
    milliseconds since 1970, None where it is not known. `has_text` tells whether its body is a text.
    """

    origin: str
    device: str = ""
    enqueued: int | None = None
    content_type: str = ""
    content_encoding: str = ""
    bytes: int = 0
    has_text: bool = True

    @property
    def why_no_body(self) -> str:
        """Why no condition can look into its body, by the headers alone; empty where they allow it."""
        kind = self.content_type.partition(";")[0].strip().lower()
        if kind != JSON:
            named = f"the content type {self.content_type!r}" if kind else "no content type"
            return f"the message has {named}, and {JSON} is needed"
        if self.content_encoding.lower() not in ENCODINGS:
            given = self.content_encoding
            named = f"the content encoding {given!r}" if given else "no content encoding"
            return f"the message has {named}, and one of {', '.join(ENCODINGS)} is needed"
        return "" if self.has_text else "the body of the message is no text"


@dataclass(frozen=True)
class TriedRoute:
    """A route, and what it makes of the message. `by_service` tells whether Azure tried it, or its settings decide.

    `why` is what Azure says of the condition, or why it has no value.
    """

    route: Route
    outcome: Outcome
    by_service: bool = False
    why: str = ""


@dataclass(frozen=True)
class RouteTrace:
    """What the routes of a hub make of one message.

    `fallback` is None where the hub has no fallback route. `refused` says why Azure did not try the routes, and
    `action` and `scope` name the right that lacks, where it says so. `wanted` is the endpoint where the message is
    expected.
    """

    hub: str
    message: TracedMessage
    routes: tuple[TriedRoute, ...] = ()
    fallback: TriedRoute | None = None
    wanted: str = BUILT_IN
    endpoints: tuple[CustomEndpoint, ...] = ()
    refused: Failure | None = None
    action: str = ""
    scope: str = ""

    @property
    def matching(self) -> tuple[TriedRoute, ...]:
        """The routes that take the message."""
        return tuple(each for each in self.routes if each.outcome is Outcome.MATCHES)

    @property
    def open(self) -> tuple[TriedRoute, ...]:
        """The routes of which it is not known whether they take the message."""
        return tuple(each for each in self.routes if each.outcome is Outcome.NOT_TRIED)

    @property
    def falls_back(self) -> bool | None:
        """Whether the fallback route takes the message; None where that is not known."""
        if self.matching:
            return False
        fallback = self.fallback
        if fallback is None or fallback.outcome in (Outcome.OFF, Outcome.NO_MATCH, Outcome.NO_VALUE, Outcome.WRONG):
            return False
        return None if self.open or fallback.outcome is Outcome.NOT_TRIED else True

    @property
    def goes_to(self) -> tuple[str, ...]:
        """The endpoints that are known to get the message, each once."""
        taking = list(self.matching)
        if self.falls_back and self.fallback is not None:
            taking.append(self.fallback)
        return tuple(dict.fromkeys(name for each in taking for name in each.route.endpoints))

    @property
    def arrives(self) -> bool | None:
        """Whether the message comes to the endpoint where it is wanted; None where that is not known."""
        if self.wanted.lower() in map(str.lower, self.goes_to):
            return True
        may = [*self.open, *([self.fallback] if self.falls_back is None and self.fallback else [])]
        open_ = any(self.wanted.lower() in map(str.lower, each.route.endpoints) for each in may)
        return None if open_ else False


@dataclass(frozen=True)
class ConditionAnswers:
    """What Azure says: the names of the routes that match, and of others the result and the words of a test.

    `matched` is None where Azure tried nothing. `left_out` says of routes why what Azure says of them does not count.
    """

    matched: frozenset[str] | None = None
    results: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


def traced(settings: HubSettings, message: TracedMessage, answers: ConditionAnswers, **more: Any) -> RouteTrace:
    """What the routes make of a message, by their settings and by what Azure says of those that settings leave open."""
    return RouteTrace(
        settings.host,
        message,
        tuple(_tried(route, message, answers) for route in settings.routes),
        _tried(settings.fallback, message, answers) if settings.fallback is not None else None,
        **more,
    )


def to_try(routes: Iterable[Route]) -> list[Route]:
    """The routes that only Azure can try: those with a condition that are on, and take messages of devices."""
    return [route for route in routes if route.takes_telemetry and not route.takes_all]


def _tried(route: Route, message: TracedMessage, answers: ConditionAnswers) -> TriedRoute:
    if not route.enabled:
        return TriedRoute(route, Outcome.OFF)
    if not route.takes_telemetry:
        return TriedRoute(route, Outcome.OTHER_EVENTS)
    if route.takes_all:
        return TriedRoute(route, Outcome.MATCHES)
    if why := answers.left_out.get(route.name):
        return TriedRoute(route, Outcome.NOT_TRIED, why=why)
    if answers.matched is not None and route.name in answers.matched:
        return TriedRoute(route, Outcome.MATCHES, by_service=True)
    result, said = answers.results.get(route.name, ("", ""))
    if result == "true":
        return TriedRoute(route, Outcome.MATCHES, by_service=True)
    if said:
        return TriedRoute(route, Outcome.WRONG, by_service=True, why=said)
    if result == "undefined":
        return TriedRoute(route, Outcome.NO_VALUE, by_service=True, why=_why_no_value(route, message))
    if result == "false" or answers.matched is not None:
        return TriedRoute(route, Outcome.NO_MATCH, by_service=True)
    return TriedRoute(route, Outcome.NOT_TRIED)


def _why_no_value(route: Route, message: TracedMessage) -> str:
    if "$body" in route.condition.lower() and message.why_no_body:
        return f"The condition looks into the body: {message.why_no_body}."
    return "The condition names what the message does not have, or compares values of different kinds."
