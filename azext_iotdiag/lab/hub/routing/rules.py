"""The routing that is set on a hub, read and judged: what it says has its effect, or is refused with a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from azext_iotdiag.lab.hub.query.conditions import UNDEFINED, Expression, kind_of
from azext_iotdiag.lab.hub.query.tokens import ParseError
from azext_iotdiag.lab.hub.routing.conditions import compiled, look_up
from azext_iotdiag.lab.hub.routing.message import Sent, seen, why_no_body
from azext_iotdiag.lab.net import bindings

BUILT_IN = "events"
PLAYED_SOURCE = "DeviceMessages"
PLAYED_KINDS = ("eventHubs", "serviceBusQueues", "serviceBusTopics", "storageContainers")
# https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling#other-limits
MOST_ENDPOINTS, MOST_ROUTES, MOST_ENRICHMENTS = 10, 100, 10
RESERVED = frozenset({"events", "operationsmonitoringevents", "filenotifications", "$default"})
_ENDPOINT = re.compile(r"(?=.*[A-Za-z0-9])[A-Za-z0-9._-]{1,64}")
_KEY = re.compile(r"[A-Za-z0-9._-]+")
_TWIN = re.compile(r"\$twin\.((?:tags|properties\.desired|properties\.reported)(?:\..+)?)", re.IGNORECASE)


class RoutingRule(NamedTuple):
    """A route, or the fallback: where a message goes that fulfils the condition."""

    name: str
    text: str
    condition: Expression
    endpoints: tuple[str, ...]

    @property
    def always(self) -> bool:
        """Whether every message fulfils it."""
        return self.text.strip().lower() == "true"


class RoutedWay(NamedTuple):
    """Where a message goes, and what went wrong with routes whose condition came to nothing.

    `fallback` tells that no route took it, and the fallback did.
    """

    endpoints: tuple[str, ...]
    problems: tuple[str, ...] = ()
    fallback: bool = False


class RoutingPlan(NamedTuple):
    """What a hub's routing comes to. `endpoints` are its custom ones with their kinds."""

    routes: tuple[RoutingRule, ...] = ()
    fallback: RoutingRule | None = None
    enrichments: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    endpoints: Mapping[str, str] = MappingProxyType({})

    @property
    def plain(self) -> bool:
        """Whether every message goes to the built-in endpoint as it came."""
        return not self.routes and not self.enrichments and self.fallback is not None and self.fallback.always

    def way(self, sent: Sent) -> RoutedWay:
        """Where a message goes. An endpoint gets it once, however many routes lead there."""
        message = seen(sent)
        problems: list[str] = []
        endpoints: list[str] = []
        for rule in self.routes:
            value = rule.condition(message)
            if value is True:
                endpoints += rule.endpoints
            elif value is UNDEFINED or value is None:
                problems.append(_why_nothing(rule, sent))
        fallback = not endpoints and self.fallback is not None and self.fallback.condition(message) is True
        if fallback and self.fallback is not None:
            endpoints += self.fallback.endpoints
        return RoutedWay(tuple(dict.fromkeys(endpoints)), tuple(problems), fallback)

    def stamped(self, endpoint: str, sent: Sent, hub: str) -> dict[str, str]:
        """The properties that enrichments add to a message for an endpoint."""
        return {key: _value(text, sent, hub) for key, text, endpoints in self.enrichments if endpoint in endpoints}


def plan_of(routing: Any) -> RoutingPlan:
    """The plan of the property `routing`. Raises ValueError with a sentence for what is wrong or is not played."""
    given = _object(routing, "'routing'")
    endpoints = dict(_endpoints(_object(given.get("endpoints"), "'routing.endpoints'")))
    known = {BUILT_IN, *endpoints}
    rows = _array(given.get("routes"), "'routing.routes'")
    routes = [rule for row in rows if (rule := _rule(row, known, "route")) is not None]
    if len(rows) > MOST_ROUTES:
        raise ValueError(f"a hub has at most {MOST_ROUTES} routes")
    if len({str(row.get("name")).lower() for row in rows}) < len(rows):
        raise ValueError("two routes have one name")
    fallback = given.get("fallbackRoute")
    enrichments = tuple(_enrichments(_array(given.get("enrichments"), "'routing.enrichments'"), known))
    return RoutingPlan(
        tuple(routes), _rule(fallback, {BUILT_IN}, "fallback route") if fallback else None, enrichments, endpoints
    )


def _endpoints(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    names: set[str] = set()
    for kind, rows in given.items():
        for row in _array(rows, f"'routing.endpoints.{kind}'"):
            if kind not in PLAYED_KINDS:
                raise ValueError(
                    f"the lab does not play endpoints of the kind {kind}; it plays {', '.join(PLAYED_KINDS)}"
                )
            name = str(row.get("name") or "")
            if not _ENDPOINT.fullmatch(name) or name.lower() in RESERVED or name.lower() in names:
                raise ValueError(f"{name!r} cannot be the name of an endpoint, or is one already")
            names.add(name.lower())
            yield name, kind
    if len(names) > MOST_ENDPOINTS:
        raise ValueError(f"a hub has at most {MOST_ENDPOINTS} custom endpoints")


def _rule(row: Any, known: set[str], what: str) -> RoutingRule | None:
    """The route of a row; None where it is switched off."""
    given = _object(row, f"a {what}")
    name = str(given.get("name") or ("$fallback" if what != "route" else ""))
    if not name:
        raise ValueError("a route has no name")
    if str(given.get("source")).lower() != PLAYED_SOURCE.lower():
        raise ValueError(f"the lab routes {PLAYED_SOURCE} alone, and the {what} {name!r} has {given.get('source')!r}")
    endpoints = given.get("endpointNames")
    if not isinstance(endpoints, list) or len(endpoints) != 1 or not isinstance(endpoints[0], str):
        raise ValueError(f"the {what} {name!r} must name one endpoint in 'endpointNames'")
    found = next((each for each in known if each.lower() == endpoints[0].lower()), None)
    if found is None:
        raise ValueError(f"the {what} {name!r} leads to {endpoints[0]!r}, which is no endpoint of the hub")
    text = given.get("condition")
    text = "true" if text in (None, "") else text
    if not isinstance(text, str):
        raise ValueError(f"the condition of the {what} {name!r} is no text")
    try:
        condition = compiled(text)
    except ParseError as wrong:
        where = f"line {wrong.line}, column {wrong.column}"
        raise ValueError(f"the condition of the {what} {name!r} is wrong at {where}: {wrong.what}") from None
    return (
        RoutingRule(name, text, condition, (found,)) if bindings.truth(given.get("isEnabled"), "'isEnabled'") else None
    )


def _enrichments(rows: list[Mapping[str, Any]], known: set[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if len(rows) > MOST_ENRICHMENTS:
        raise ValueError(f"a hub has at most {MOST_ENRICHMENTS} enrichments")
    for row in rows:
        key, value, endpoints = row.get("key"), row.get("value"), row.get("endpointNames")
        if not isinstance(key, str) or not _KEY.fullmatch(key) or not isinstance(value, str) or not value:
            raise ValueError("an enrichment has a key of letters, digits, '-', '_' and '.', and a value that is a text")
        if not isinstance(endpoints, list) or not endpoints or not {*map(str, endpoints)} <= known:
            raise ValueError(f"the enrichment {key!r} must name endpoints of the hub in 'endpointNames'")
        yield key, value, tuple(endpoints)


def _value(text: str, sent: Sent, hub: str) -> str:
    """What is stamped: a path that leads to nothing is stamped as it is written, as the service does it."""
    if text.lower() == "$iothubname":
        return hub
    found = _TWIN.fullmatch(text)
    value = look_up(sent.twin, tuple(found[1].split("."))) if found else UNDEFINED
    if kind_of(value) in ("", "null"):
        return text
    return str(value).lower() if isinstance(value, bool) else str(value)


def _why_nothing(rule: RoutingRule, sent: Sent) -> str:
    why = why_no_body(sent) if "$body" in rule.text.lower() else ""
    return f"the condition of the route {rule.name} came to nothing" + (f": of the message, {why}" if why else "")


def _object(given: Any, what: str) -> Mapping[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise ValueError(f"{what} is no object")
    return given


def _array(given: Any, what: str) -> list[Mapping[str, Any]]:
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        raise ValueError(f"{what} is no array of objects")
    return given
