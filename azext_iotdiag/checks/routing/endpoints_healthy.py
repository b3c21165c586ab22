"""An endpoint that takes no messages loses them once the hub has tried for long enough."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.knowledge.hub.routing import ENDPOINT_DEAD, ENDPOINT_UNHEALTHY
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, fail, warn
from azext_iotdiag.model.hub_settings import BUILT_IN, EndpointHealth

_BROKEN = {"unhealthy": ENDPOINT_UNHEALTHY, "dead": ENDPOINT_DEAD}


@check("The endpoints of the hub take messages")
def endpoints_healthy(endpoint_health: Fact[tuple[EndpointHealth, ...]]) -> Iterator[Finding]:
    if endpoint_health.failure is not None:
        raise CouldNotLook(obstacle(Service.MANAGER, endpoint_health.failure))
    for each in endpoint_health.value or ():
        if each.status not in _BROKEN:
            continue
        error = f": {each.error}" if each.error else ""
        say = fail if each.endpoint.lower() == BUILT_IN else warn  # what is looked for here is read at the built-in
        yield say(
            _BROKEN[each.status], f"The endpoint {each.endpoint!r} is {each.status}{error}",
            endpoint=each.endpoint, status=each.status, error=each.error,
        )  # fmt: skip
