"""An endpoint that takes no messages loses them once the hub has tried for long enough."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.hub.routing import ENDPOINT_DEAD, ENDPOINT_UNHEALTHY
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Certainty, Finding, fail, warn, weighed
from azext_iotdiag.model.hub_settings import BUILT_IN, EndpointHealth, HubSettings

_BROKEN = {"unhealthy": ENDPOINT_UNHEALTHY, "dead": ENDPOINT_DEAD}


@check("The endpoints of the hub accept messages")
def endpoints_healthy(
    endpoint_health: Fact[tuple[EndpointHealth, ...]],
    hub_settings: HubSettings | None = None,
    now: float | None = None,
) -> Iterator[Finding]:
    """A new message at the built-in endpoint shows that it takes messages, also where Azure calls it dead.

    Where no route takes all messages to an endpoint, it may get none of this device. Data may be missed at another
    endpoint, so that a custom one is never sure to be the reason.
    """
    if endpoint_health.failure is not None:
        raise CouldNotLook(obstacle(Service.MANAGER, endpoint_health.failure))
    for each in endpoint_health.value or ():
        if each.status not in _BROKEN:
            continue
        error = f": {each.error}" if each.error else ""
        built_in = each.endpoint.lower() == BUILT_IN
        say = fail if built_in or _gets_all(each.endpoint, hub_settings) else warn
        broken = say(
            _BROKEN[each.status], f"The endpoint {each.endpoint!r} is {each.status}{error}",
            endpoint=each.endpoint, status=each.status, error=each.error,
        )  # fmt: skip
        if not built_in:
            yield weighed(broken, certainty=Certainty.LIKELY)
        else:
            yield of_setting(broken, now) if now is not None else broken


def _gets_all(endpoint: str, settings: HubSettings | None) -> bool:
    """Whether a route takes each message of devices to the endpoint."""
    routes = settings.routes if settings is not None else ()
    return any(route.takes_all and endpoint in route.endpoints for route in routes)
