"""A message goes to the built-in endpoint by a route that names it, or by the fallback route where no route fits."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.hub.settings import FALLBACK_OFF, ROUTED_ELSEWHERE
from azext_iotdiag.model.finding import Certainty, Finding, fail, warn
from azext_iotdiag.model.hub_settings import HubSettings, Route


@check("Messages of devices go to the built-in endpoint")
def built_in_reached(hub_settings: HubSettings, now: float) -> Iterator[Finding]:
    "A route with a condition decides for each message, so it is never more than a possible reason."
    routes = [route for route in hub_settings.routes if route.takes_telemetry]
    to_built_in = [route for route in routes if route.reaches_built_in]
    if any(route.takes_all for route in to_built_in):
        return
    elsewhere = [route for route in routes if not route.reaches_built_in]
    falls_back = hub_settings.fallback is not None and hub_settings.fallback.enabled
    host = hub_settings.host
    if not falls_back:
        if not to_built_in:
            message = f"The fallback route of {host} is off, and no route leads to the built-in endpoint"
            yield of_setting(fail(FALLBACK_OFF, message, hub=host, routes=len(routes)), now)
        else:
            message = f"The fallback route of {host} is off: what {_named(to_built_in)} does not match is dropped"
            yield of_setting(warn(FALLBACK_OFF, message, hub=host, routes=len(routes)), now, Certainty.LIKELY)
    elif taking := [route for route in elsewhere if route.takes_all]:
        message = (
            f"{_named(taking)} of {host} takes every message to {_endpoints(taking)}, not to the built-in endpoint"
        )
        yield of_setting(fail(ROUTED_ELSEWHERE, message, hub=host, route=taking[0].name), now)
    elif elsewhere:
        message = (
            f"{_named(elsewhere)} of {host} takes what its condition matches to {_endpoints(elsewhere)}, not to the "
            "built-in endpoint"
        )
        yield of_setting(warn(ROUTED_ELSEWHERE, message, hub=host, route=elsewhere[0].name), now, Certainty.LIKELY)


def _named(routes: list[Route]) -> str:
    names = " and ".join(repr(route.name) for route in routes[:3])
    more = f" and {len(routes) - 3} more" if len(routes) > 3 else ""
    return f"the route {names}{more}" if len(routes) == 1 else f"one of the routes {names}{more}"


def _endpoints(routes: list[Route]) -> str:
    return " and ".join(sorted({name for route in routes for name in route.endpoints})) or "no endpoint"
