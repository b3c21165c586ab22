"""A problem of Azure's platform looks like a fault of the device. That Azure knows of none proves nothing."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.hub.settings import PLATFORM_PROBLEM
from azext_iotdiag.model.finding import Certainty, Finding, fail, weighed
from azext_iotdiag.model.health import WRONG, Availability


@check("Azure reports no platform problem of the hub", at_most=Certainty.LIKELY)
def platform_well(hub_health: Availability) -> Iterator[Finding]:
    if hub_health.state in WRONG:
        message = f"Azure reports the hub as {hub_health.state.lower()}: {hub_health.summary or hub_health.title}"
        found = fail(PLATFORM_PROBLEM, message.rstrip(". "), state=hub_health.state, reason=hub_health.reason)
        yield weighed(found, certainty=Certainty.LIKELY, since=hub_health.since)
