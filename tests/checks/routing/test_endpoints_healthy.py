"""Endpoints that take no messages."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.routing.endpoints_healthy import endpoints_healthy
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.hub_settings import EndpointHealth
from tests.checks.judging import finding, verdict


@pytest.mark.parametrize(
    ("endpoint", "state", "status", "codes"),
    [
        ("events", "healthy", "pass", []),
        ("events", "unknown", "pass", []),
        ("events", "degraded", "pass", []),
        ("events", "unhealthy", "fail", [("route-endpoint-unhealthy", "fail")]),
        ("events", "dead", "fail", [("route-endpoint-dead", "fail")]),
        ("cold", "unhealthy", "warn", [("route-endpoint-unhealthy", "warn")]),
        ("cold", "dead", "warn", [("route-endpoint-dead", "warn")]),
    ],
)
def test_verdict(endpoint, state, status, codes) -> None:
    assert verdict(endpoints_healthy, endpoint_health=(EndpointHealth(endpoint, state),)) == (status, codes)


def test_the_services_error_is_shown() -> None:
    found = finding(endpoints_healthy, endpoint_health=(EndpointHealth("cold", "dead", "access denied"),))
    assert found.message == "The endpoint 'cold' is dead: access denied"


def test_a_health_that_is_not_shown() -> None:
    busy = Failure(Kind.BUSY, "the health of the endpoints", "m", 443, condition="TooManyRequests")
    assert verdict(endpoints_healthy, endpoint_health=busy) == ("error", [("manager-busy", "warn")])
