"""Endpoints that take no messages."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.routing.endpoints_healthy import endpoints_healthy
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.hub_settings import EndpointHealth, HubSettings, Route
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


@pytest.mark.parametrize(("route", "status"), [
    (Route("r", "DeviceMessages", "true", ("cold",), True), "fail"),
    (Route("r", "DeviceMessages", "alarm = 'yes'", ("cold",), True), "warn"),
    (Route("r", "DeviceMessages", "true", ("cold",), False), "warn"),
    (Route("r", "TwinChangeEvents", "true", ("cold",), True), "warn"),
    (Route("r", "DeviceMessages", "true", ("warm",), True), "warn"),
])  # fmt: skip
def test_an_endpoint_that_should_get_all_messages_is_a_fault(route: Route, status: str) -> None:
    facts = {"endpoint_health": (EndpointHealth("cold", "dead"),), "hub_settings": HubSettings("h", routes=(route,))}
    assert verdict(endpoints_healthy, **facts)[0] == status
    assert finding(endpoints_healthy, **facts).weight.certainty is Certainty.LIKELY
