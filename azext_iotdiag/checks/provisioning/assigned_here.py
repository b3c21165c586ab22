"""A device's data arrives in the hub that it was assigned to, and in no other."""

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.provisioning.device_registered import device_registered
from azext_iotdiag.knowledge.hub.status import ASSIGNED_TO_ANOTHER_HUB
from azext_iotdiag.model.finding import fail


@check("The device was assigned to this hub", after=(device_registered,))
def assigned_here(dps, identity):
    found = dps.registration
    if found is not None and found.hub and found.hub.lower() != identity.hub.lower():
        yield fail(
            ASSIGNED_TO_ANOTHER_HUB,
            f"{dps.host} assigned {found.id!r} to {found.hub}, not to {identity.hub}",
            assigned=found.hub,
            hub=identity.hub,
        )
