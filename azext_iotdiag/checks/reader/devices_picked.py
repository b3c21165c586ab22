"""A query picks the devices to show: it must be understood, and pick a device."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, answered, finding_of, obstacle
from azext_iotdiag.knowledge import registry
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.picked import Picked


@check("The query picks devices")
def devices_picked(picked: Fact[Picked]) -> Iterator[Finding]:
    if picked.failure is not None:
        if not answered(Service.HUB, picked.failure):
            raise CouldNotLook(obstacle(Service.HUB, picked.failure))
        yield finding_of(Service.HUB, picked.failure)
        return
    found = picked.value
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
