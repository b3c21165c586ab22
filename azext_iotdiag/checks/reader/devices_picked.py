"""A query picks the devices to show: it must be understood, and pick somebody."""

import re

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.reader import partitions_readable
from azext_iotdiag.knowledge import registry
from azext_iotdiag.knowledge.hub import server
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Finding, Severity, fail

ENTRIES = {  # of a hub's REST API; what is not here means the same as for a reader of messages
    Kind.UNAUTHORIZED: registry.REGISTRY_REFUSED,
    Kind.REFUSED: registry.QUERY_REFUSED,
    Kind.BUSY: server.SERVER_ERROR,
}
_THROTTLED = re.compile(r"(http:)?429|.*Throttl|.*TooManyRequests")  # of all that a hub may be asked again after
ANSWERED = frozenset({Kind.UNAUTHORIZED, Kind.REFUSED})  # the hub said no, so there is nothing left to find out


@check("The query picks devices")
def devices_picked(picked):
    if picked.failure is not None:
        found = finding_of(picked.failure)
        if picked.failure.kind not in ANSWERED:
            raise CouldNotLook(found)
        yield found
    elif picked.without_id:
        yield fail(
            registry.QUERY_WITHOUT_IDS,
            f"{picked.hub} answered with {picked.rows} rows, of which {picked.without_id} name no device",
            rows=picked.rows,
        )
    elif not picked.rows:
        yield fail(
            registry.QUERY_PICKS_NOBODY, f"{picked.hub} answered with no row to: {picked.query}", query=picked.query
        )


def finding_of(failure: Failure, severity: Severity = Severity.FAIL) -> Finding:
    """The finding that a failed request to a hub's REST API is."""
    throttled = failure.kind is Kind.BUSY and _THROTTLED.match(failure.condition)
    entry = registry.HUB_THROTTLES if throttled else ENTRIES.get(failure.kind)
    return partitions_readable.finding_of(failure, severity, entry)
