"""The edge hub on a device tells whether it could read its routes."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.device.edge_modules_run import edge_modules_run
from azext_iotdiag.knowledge.edge import HUB_REFUSES
from azext_iotdiag.model.edge import APPLIED, UNKNOWN, EdgeRuntime
from azext_iotdiag.model.finding import Certainty, Finding, fail, weighed


@check("The edge hub accepts its configuration", after=(edge_modules_run,))
def edge_hub_configured(edge_runtime: EdgeRuntime) -> Iterator[Finding]:
    found, hub = edge_runtime, edge_runtime.hub
    if hub is None or hub.code in (APPLIED, UNKNOWN, 0):
        return
    words = f": {hub.words}" if hub.words else ""
    refused = fail(
        HUB_REFUSES,
        f"the edge hub of {found.device!r} reports {hub.code} for its configuration{words}",
        device=found.device,
        code=hub.code,
        words=hub.words,
    )
    yield weighed(refused, certainty=Certainty.LIKELY, since=hub.told_at)  # the routes from before may still hold
