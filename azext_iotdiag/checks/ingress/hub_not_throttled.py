"""A hub that is over its rate refuses messages of any device. Devices see errors, and may drop the messages."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.hub.throttled import THROTTLING_EXCEPTION
from azext_iotdiag.model.finding import Certainty, Finding, When, fail, warn, weighed
from azext_iotdiag.model.hub_metrics import HubMetrics


@check("The hub did not throttle its devices", at_most=Certainty.LIKELY)
def hub_not_throttled(hub_metrics: HubMetrics) -> Iterator[Finding]:
    if not hub_metrics.throttled:
        return
    all_refused = bool(hub_metrics.attempted) and hub_metrics.accepted == 0
    message = (
        f"The hub throttled its devices {hub_metrics.throttled:,} times in the last {hub_metrics.minutes} min"
        f"{', and accepted no message' if all_refused else ''}"
    )
    found = (fail if all_refused else warn)(THROTTLING_EXCEPTION, message, times=hub_metrics.throttled)
    yield weighed(found, when=When.WINDOW)
