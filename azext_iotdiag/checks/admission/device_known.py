"""A device that the hub does not know can send nothing to it."""

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.reader.devices_picked import finding_of
from azext_iotdiag.knowledge.registry import DEVICE_UNKNOWN
from azext_iotdiag.model.finding import Severity, fail


@check("The hub knows the device")
def device_known(identity):
    if identity.failure is not None:
        raise CouldNotLook(finding_of(identity.failure, Severity.WARN))
    if identity.known is False:
        yield fail(
            DEVICE_UNKNOWN,
            f"{identity.hub} answers that there is no device {identity.device!r}",
            device=identity.device,
            hub=identity.hub,
        )
