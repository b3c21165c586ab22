"""A change of a property can only be seen where the properties can be read."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, finding_of, obstacle
from azext_iotdiag.model.change import WatchedProperties
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.finding import Finding


@check("The properties of the device can be read")
def properties_readable(watched: WatchedProperties) -> Iterator[Finding]:
    failure = watched.failure
    if failure is None:
        return
    service = Service.CENTRAL if watched.app else Service.HUB_TWIN
    if failure.kind not in (Kind.MISSING, Kind.UNAUTHORIZED):
        raise CouldNotLook(obstacle(service, failure))
    yield finding_of(service, failure)
