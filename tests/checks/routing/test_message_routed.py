"""Where a message goes, as a verdict."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks.routing.message_routed import message_routed
from azext_iotdiag.model.facts import typed
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.hub_settings import HubSettings, Route
from azext_iotdiag.model.routing import ConditionAnswers, RouteTrace, TracedMessage, traced
from tests.checks.judging import MEASURED, finding, verdict

MESSAGE = TracedMessage("the newest message", "pump")
FALLBACK = Route("$fallback", "DeviceMessages", "true", ("events",), True)
AWAY = Route("away", "DeviceMessages", "level = 1", ("cold",), True)
OTHER = Route("other", "DeviceMessages", "level = 2", ("cold",), True)
REFUSED = Failure(
    Kind.UNAUTHORIZED, "the trial of the routes", "m", 443, condition="AuthorizationFailed", description="no right"
)


def trace(*routes: Route, matched: Any = (), fallback: Route | None = FALLBACK, **more: Any) -> RouteTrace:
    answers = ConditionAnswers(None if matched is None else frozenset(matched), more.pop("results", {}))
    return traced(HubSettings("h", routes=routes, fallback=fallback), MESSAGE, answers, **more)


@pytest.mark.parametrize(
    ("value", "status", "codes"),
    [
        (trace(), "pass", []),
        (trace(AWAY), "pass", []),
        (trace(AWAY, matched=["away"]), "fail", [("routed-elsewhere", "fail")]),
        (trace(AWAY, matched=["away"], wanted="cold"), "pass", []),
        (trace(AWAY, fallback=None), "fail", [("fallback-off", "fail")]),
        (trace(AWAY, wanted="cold"), "fail", [("routed-elsewhere", "fail")]),
        (
            trace(AWAY, wanted="cold", results={"away": ("undefined", "")}),
            "fail",
            [("routed-elsewhere", "fail"), ("condition-without-value", "warn")],
        ),
        (trace(AWAY, matched=None, refused=REFUSED), "error", [("routes-not-tried", "warn")]),
        (trace(AWAY, matched=None), "error", [("route-not-tried", "warn")]),
        (REFUSED, "error", [("manager-refuses", "warn")]),
        (
            Failure(Kind.UNAUTHORIZED, "the keys of the hub", "h", 443, condition="NotAllowed"),
            "error",
            [("messages-not-readable", "warn")],
        ),
    ],
)
def test_verdict(value, status, codes) -> None:
    assert verdict(message_routed, route_trace=value) == (status, codes)


def test_without_a_message_nothing_is_decided() -> None:
    assert verdict(message_routed, route_trace=typed(None, MEASURED)) == ("error", [("no-message-to-trace", "warn")])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (trace(AWAY, matched=["away"]),
         "the message goes to the endpoint 'cold' by 'away', not to the built-in endpoint"),
        (trace(wanted="cold"),
         "the message goes to the built-in endpoint by the fallback route, not to the endpoint 'cold'"),
        (trace(fallback=None), "h drops the message: no route matches it, and the hub has no fallback route"),
        (trace(AWAY, matched=None), "not known: 'away'. The time was over before they were tried."),
        (trace(AWAY, OTHER, matched=None), "not known: 'away' and 'other'. The time was over before they were tried."),
    ],
)  # fmt: skip
def test_message(value, message) -> None:
    assert finding(message_routed, route_trace=value).message == message
