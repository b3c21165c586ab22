"""A device that leaves and comes back again and again looks connected at most looks."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.hub.connections import CONNECTION_FLAPS
from azext_iotdiag.model.finding import Certainty, Finding, fail
from azext_iotdiag.model.observed import Observed

LEAST = 3  # times; one or two are a restart, or a token that was renewed
MOST_SECONDS = 600  # from one time to the next, on average


@check("The connection of the device is steady", at_most=Certainty.LIKELY)
def connection_steady(observed: Observed) -> Iterator[Finding]:
    """A device that connects for each message leaves on purpose, so that its messages are no fault."""
    if observed.left >= LEAST and observed.seconds / observed.left <= MOST_SECONDS and observed.came is None:
        message = f"{observed.device!r} left {observed.left} times in {observed.seconds:.0f} s of watching"
        yield fail(CONNECTION_FLAPS, message, times=observed.left, seconds=round(observed.seconds))
