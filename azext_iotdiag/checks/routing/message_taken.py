"""The endpoints that a message goes to take messages. The hub drops what an endpoint refuses for long enough."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, DoesNotApply, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.knowledge.hub.routing import ENDPOINT_DEAD, ENDPOINT_UNHEALTHY
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.hub_settings import EndpointHealth
from azext_iotdiag.model.routing import RouteTrace

_BROKEN = {"unhealthy": ENDPOINT_UNHEALTHY, "dead": ENDPOINT_DEAD}


@check("The endpoints of the message accept messages")
def message_taken(route_trace: RouteTrace, endpoint_health: Fact[tuple[EndpointHealth, ...]]) -> Iterator[Finding]:
    """An endpoint that the message does not go to is of no interest."""
    if not route_trace.goes_to:
        raise DoesNotApply("route_trace")
    if endpoint_health.failure is not None:
        raise CouldNotLook(obstacle(Service.MANAGER, endpoint_health.failure))
    for each in endpoint_health.value or ():
        if each.status in _BROKEN and each.endpoint.lower() in map(str.lower, route_trace.goes_to):
            error = f": {each.error}" if each.error else ""
            yield fail(
                _BROKEN[each.status], f"The endpoint {each.endpoint!r} is {each.status}{error}",
                endpoint=each.endpoint, status=each.status, error=each.error,
            )  # fmt: skip
