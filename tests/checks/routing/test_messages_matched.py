"""What the log of routes says of a device's messages."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.routing.messages_matched import ROUTES
from azext_iotdiag.model.verdict import State
from tests.checks.logged import codes, judged, log, row
from tests.checks.test_doctor import HOUR


def of_route(seconds_ago: float, operation: str):
    return row(seconds_ago, operation, category=ROUTES)


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        (("orphanedMessage",), ["route-orphaned"]),
        (("droppedMessage",), ["route-dropped"]),
        (("invalidMessage",), ["route-invalid-message"]),
        (("orphanedMessage", "routeEvaluationError"), ["route-evaluation-error", "route-orphaned"]),
        (("undefinedRouteEvaluation", "orphanedMessage"), ["route-undefined", "route-orphaned"]),
    ],
)
def test_a_lost_message_is_the_answer_and_first_why(operations: tuple[str, ...], expected: list[str]) -> None:
    found = judged(log(*(of_route(600, each) for each in operations)), heard=590)
    assert found.link is not None and (found.link.value, codes(found.reasons)) == ("routing", expected)


def test_a_condition_that_is_not_met_loses_nothing_by_itself() -> None:
    found = judged(log(of_route(600, "undefinedRouteEvaluation")), heard=590)
    assert (found.state, codes(found.also)) == (State.HEALTHY, ["route-undefined"])


def test_a_message_that_came_later_shows_that_it_is_over() -> None:
    assert judged(log(of_route(2 * HOUR, "orphanedMessage")), heard=30, came=20).state is State.HEALTHY
