"""Messages of modules leave an IoT Edge device only by a route INTO $upstream."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.device.edge_deployed import edge_deployed
from azext_iotdiag.checks.edge_routes import from_nowhere, upstream
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.edge import NO_ROUTE_UPSTREAM
from azext_iotdiag.model.edge import EdgeRuntime
from azext_iotdiag.model.finding import Certainty, Finding, fail, warn


@check("A route of the edge hub leads to the hub", after=(edge_deployed,))
def edge_routes_upstream(edge_runtime: EdgeRuntime, now: float) -> Iterator[Finding]:
    """A module can also send past the edge hub, so that a missing route is never sure to be the fault."""
    found = edge_runtime
    if not found.routes and found.agent is None:
        return
    there, lost = upstream(found), from_nowhere(found)
    if not there:
        none = fail(
            NO_ROUTE_UPSTREAM,
            f"no route of the edge hub on {found.device!r} leads to $upstream",
            device=found.device,
            routes=len(found.routes),
        )
        yield of_setting(none, now, Certainty.LIKELY)
    for route, name, near in lost:
        say = fail if len(lost) == len(there) else warn
        like = f"; the deployment has {near!r}" if near else ""
        wrong = say(
            NO_ROUTE_UPSTREAM,
            f"the route {route.name!r} on {found.device!r} takes messages of {name!r}, which is not deployed{like}",
            device=found.device,
            route=route.name,
            module=name,
        )
        yield of_setting(wrong, now, Certainty.LIKELY)
