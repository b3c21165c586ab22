"""A query picks the devices to show: it must be understood, and pick a device."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, answered, finding_of, obstacle
from azext_iotdiag.knowledge import registry
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.query_selection import QuerySelection


@check("The query picks devices")
def devices_picked(query_selection: Fact[QuerySelection]) -> Iterator[Finding]:
    if query_selection.failure is not None:
        if not answered(Service.HUB, query_selection.failure):
            raise CouldNotLook(obstacle(Service.HUB, query_selection.failure))
        yield finding_of(Service.HUB, query_selection.failure)
        return
    found = query_selection.value
    if found is None:
        return
    if found.without_id:
        yield fail(
            registry.QUERY_WITHOUT_IDS,
            f"{found.hub} answered with {found.rows} rows, of which {found.without_id} name no device",
            rows=found.rows,
        )
    elif not found.rows:
        yield fail(
            registry.QUERY_PICKS_NOBODY, f"{found.hub} answered with no row to: {found.query}", query=found.query
        )
