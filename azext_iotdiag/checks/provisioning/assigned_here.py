"""A device's data arrives in the hub that it was assigned to, and in no other."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.provisioning.device_registered import device_registered
from azext_iotdiag.knowledge.hub.status import ASSIGNED_TO_ANOTHER_HUB
from azext_iotdiag.model.dps import ProvisioningAsked, Registration
from azext_iotdiag.model.finding import Finding, fail, weighed
from azext_iotdiag.model.identity import Identity


@check("The device was assigned to this hub", after=(device_registered,))
def assigned_here(registration: Registration, provisioning: ProvisioningAsked, identity: Identity) -> Iterator[Finding]:
    if registration.hub and registration.hub.lower() != identity.hub.lower():
        found = fail(
            ASSIGNED_TO_ANOTHER_HUB,
            f"{provisioning.host} assigned {registration.id!r} to {registration.hub}, not to {identity.hub}",
            assigned=registration.hub,
            hub=identity.hub,
        )
        yield weighed(found, since=registration.updated)
