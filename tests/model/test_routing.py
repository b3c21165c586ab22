"""Which routes take a message, by their settings and by what Azure says."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.hub_settings import HubSettings, Route
from azext_iotdiag.model.routing import ConditionAnswers, Outcome, TracedMessage, traced

JSON = TracedMessage("m", content_type="application/json", content_encoding="utf-8")


def route(name="r", condition="level = 1", *endpoints: str, enabled=True, source="DeviceMessages") -> Route:
    return Route(name, source, condition, endpoints or ("cold",), enabled)


FALLBACK = route("$fallback", "true", "events")
OFF = route("$fallback", "true", "events", enabled=False)
NO_VALUE = ConditionAnswers(frozenset(), {"r": ("undefined", "")})
OCTETS, UNENCODED = (
    TracedMessage("m", content_type="application/octet-stream"),
    TracedMessage("m", content_type="application/json"),
)
MATCHED, NONE = ConditionAnswers(frozenset({"r"})), ConditionAnswers(frozenset())


def trace(routes, fallback, answers, wanted="events", message=JSON):
    return traced(HubSettings("h", routes=routes, fallback=fallback), message, answers, wanted=wanted)


@pytest.mark.parametrize(
    ("routes", "fallback", "answers", "goes_to", "arrives"),
    [
        ((), FALLBACK, NONE, ("events",), True),
        ((), OFF, NONE, (), False),
        ((), None, NONE, (), False),
        ((route(),), FALLBACK, MATCHED, ("cold",), False),
        ((route(),), FALLBACK, NONE, ("events",), True),
        ((route(), route("all", "true", "events")), FALLBACK, MATCHED, ("cold", "events"), True),
        ((route(), route("all", "", "EVENTS")), OFF, NONE, ("EVENTS",), True),
        ((route(enabled=False),), FALLBACK, MATCHED, ("events",), True),
        ((route(source="TwinChangeEvents"),), FALLBACK, MATCHED, ("events",), True),
        ((route(),), FALLBACK, ConditionAnswers(), (), None),  # it may take the message away from the fallback
        ((route(),), OFF, ConditionAnswers(), (), False),  # whatever it does, the built-in endpoint gets nothing
        ((route("r", "level = 1", "events"),), OFF, ConditionAnswers(), (), None),
        ((route(), route("all", "true", "cold")), FALLBACK, ConditionAnswers(), ("cold",), False),
        ((), route("$fallback", "level = 1", "events"), ConditionAnswers(), (), None),
        (
            (),
            route("$fallback", "level = 1", "events"),
            ConditionAnswers(results={"$fallback": ("true", "")}),
            ("events",),
            True,
        ),
        (
            (),
            route("$fallback", "level = 1", "events"),
            ConditionAnswers(results={"$fallback": ("false", "")}),
            (),
            False,
        ),
    ],
)
def test_where_it_goes(routes, fallback, answers, goes_to, arrives) -> None:
    found = trace(routes, fallback, answers)
    assert (found.goes_to, found.arrives) == (goes_to, arrives)


def test_another_endpoint_can_be_wanted() -> None:
    assert trace((route(),), FALLBACK, MATCHED, wanted="COLD").arrives is True


@pytest.mark.parametrize(
    ("condition", "message", "answers", "outcome", "why"),
    [
        ("level = 1", JSON, MATCHED, Outcome.MATCHES, ""),
        ("level = 1", JSON, NONE, Outcome.NO_MATCH, ""),
        ("level = 1", JSON, ConditionAnswers(frozenset(), {"r": ("false", "")}), Outcome.NO_MATCH, ""),
        ("level = ", JSON, ConditionAnswers(frozenset(), {"r": ("false", "expecting a value")}),
         Outcome.WRONG, "expecting"),
        ("$body.a = 1", TracedMessage("m"), NO_VALUE, Outcome.NO_VALUE, "no content type"),
        ("$body.a = 1", UNENCODED, NO_VALUE, Outcome.NO_VALUE, "no content encoding"),
        ("$body.a = 1", OCTETS, NO_VALUE, Outcome.NO_VALUE, "octet-stream"),
        ("$body.a = 1", JSON, NO_VALUE, Outcome.NO_VALUE, "different kinds"),
        ("$twin.tags.a = 1", JSON, ConditionAnswers(frozenset({"r"}), left_out={"r": "no twin"}),
         Outcome.NOT_TRIED, "no twin"),
        ("level = 1", JSON, ConditionAnswers(), Outcome.NOT_TRIED, ""),
    ],
)  # fmt: skip
def test_what_a_route_makes_of_it(condition, message, answers, outcome, why) -> None:
    (tried,) = trace((route("r", condition),), FALLBACK, answers, message=message).routes
    assert tried.outcome is outcome and why in tried.why and bool(why) == bool(tried.why)
    assert tried.by_service == (outcome is not Outcome.NOT_TRIED)


def test_what_the_settings_decide_was_not_tried_by_azure() -> None:
    found = trace((route("all", "true"), route(enabled=False)), FALLBACK, NONE)
    assert not any(each.by_service for each in found.routes)
