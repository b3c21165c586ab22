"""The hub counts messages that its routes lose, of all devices. Where all are lost, those of one device are, too."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.hub.routing import DROPPED_MESSAGE, INVALID_MESSAGE, ORPHANED_MESSAGE
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Certainty, Finding, When, fail, warn, weighed
from azext_iotdiag.model.hub_metrics import HubMetrics


@check("The hub delivered the messages that it accepted", at_most=Certainty.LIKELY)
def messages_delivered(hub_metrics: HubMetrics) -> Iterator[Finding]:
    say, time = fail if hub_metrics.lost_all else warn, f"in the last {hub_metrics.minutes} min"
    rows = (
        (ORPHANED_MESSAGE, hub_metrics.orphaned, "No route took {} of any device"),
        (DROPPED_MESSAGE, hub_metrics.dropped, "The hub dropped {} of any device on the way to an endpoint"),
    )
    for entry, count, message in rows:
        if count:
            text = f"{message.format(counted(count, 'message'))} {time}"
            yield weighed(say(entry, text, count=count, accepted=hub_metrics.accepted), when=When.WINDOW)
    if hub_metrics.incompatible:
        text = f"{counted(hub_metrics.incompatible, 'message')} did not fit an endpoint {time}"
        yield weighed(warn(INVALID_MESSAGE, text, count=hub_metrics.incompatible), when=When.WINDOW)
