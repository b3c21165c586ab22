"""Whether a message of a device comes to the built-in endpoint, by the routes alone."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.routing.built_in_reached import built_in_reached
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.hub_settings import HubSettings, Route
from tests.checks.judging import finding, verdict


def route(name="r", condition="true", *endpoints: str, enabled=True, source="DeviceMessages") -> Route:
    return Route(name, source, condition, endpoints or ("cold",), enabled)


FALLBACK = route("$fallback", "true", "events")
OFF = route("$fallback", "true", "events", enabled=False)
ALL_HERE = route("here", "true", "events")
SOME_HERE = route("here", "level > 3", "events")
ALL_AWAY = route("away", "true", "cold")
SOME_AWAY = route("away", "level > 3", "cold")


@pytest.mark.parametrize(
    ("routes", "fallback", "status", "codes"),
    [
        ((), FALLBACK, "pass", []),
        ((), OFF, "fail", [("fallback-off", "fail")]),
        ((), None, "fail", [("fallback-off", "fail")]),  # absent and null are off
        ((ALL_HERE,), OFF, "pass", []),
        ((ALL_HERE,), None, "pass", []),
        ((ALL_HERE, ALL_AWAY), OFF, "pass", []),
        ((SOME_HERE,), OFF, "warn", [("fallback-off", "warn")]),
        ((ALL_AWAY,), FALLBACK, "fail", [("routed-elsewhere", "fail")]),
        ((route("away", "TRUE "),), FALLBACK, "fail", [("routed-elsewhere", "fail")]),
        ((route("away", ""),), FALLBACK, "fail", [("routed-elsewhere", "fail")]),
        ((ALL_AWAY,), OFF, "fail", [("fallback-off", "fail")]),
        ((SOME_AWAY,), FALLBACK, "warn", [("routed-elsewhere", "warn")]),
        ((route("away", "true", enabled=False),), FALLBACK, "pass", []),
        ((route("twins", "true", source="TwinChangeEvents"),), FALLBACK, "pass", []),
        ((route("both", "true", "cold", "EVENTS"),), OFF, "pass", []),
    ],
)
def test_verdict(routes, fallback, status, codes) -> None:
    settings = HubSettings("h", routes=routes, fallback=fallback)
    assert verdict(built_in_reached, hub_settings=settings, now=0.0) == (status, codes)


@pytest.mark.parametrize(
    ("routes", "fallback", "message"),
    [
        ((), None, "The fallback route of h is off, and no route leads to the built-in endpoint"),
        (
            (ALL_AWAY,),
            FALLBACK,
            "the route 'away' of h takes every message to cold, not to the built-in endpoint",
        ),
        (
            (SOME_AWAY, route("b", "x = 1", "hot")),
            FALLBACK,
            "one of the routes 'away' and 'b' of h takes what its condition matches to cold and hot, not to the "
            "built-in endpoint",
        ),
        (
            (SOME_HERE,),
            OFF,
            "The fallback route of h is off: what the route 'here' does not match is dropped",
        ),
    ],
)
def test_message(routes, fallback, message) -> None:
    settings = HubSettings("h", routes=routes, fallback=fallback)
    assert finding(built_in_reached, hub_settings=settings, now=0.0).message == message


def test_a_condition_leaves_it_open_which_messages_are_meant() -> None:
    settings = HubSettings("h", routes=(SOME_AWAY,), fallback=FALLBACK)
    assert finding(built_in_reached, hub_settings=settings, now=0.0).weight.certainty is Certainty.LIKELY
