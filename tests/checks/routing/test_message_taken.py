"""The endpoints that a message goes to."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.routing.message_taken import message_taken
from azext_iotdiag.model.hub_settings import EndpointHealth
from tests.checks.judging import verdict
from tests.checks.routing.test_message_routed import AWAY, REFUSED, trace


@pytest.mark.parametrize(
    ("health", "status", "codes"),
    [
        ((EndpointHealth("cold", "healthy"),), "pass", []),
        ((EndpointHealth("cold", "dead"),), "fail", [("route-endpoint-dead", "fail")]),
        ((EndpointHealth("COLD", "unhealthy", "no access"),), "fail", [("route-endpoint-unhealthy", "fail")]),
        ((EndpointHealth("events", "dead"), EndpointHealth("other", "dead")), "pass", []),
        (REFUSED, "error", [("manager-refuses", "warn")]),
    ],
)
def test_only_the_endpoints_of_the_message_count(health, status, codes) -> None:
    taken = trace(AWAY, matched=["away"])
    assert verdict(message_taken, route_trace=taken, endpoint_health=health) == (status, codes)


def test_a_message_that_is_dropped_has_no_endpoint() -> None:
    assert verdict(message_taken, route_trace=trace(fallback=None), endpoint_health=()) == ("skip", [])
