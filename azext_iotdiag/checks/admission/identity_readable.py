"""The keys can only be compared where the registry shows the device."""

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.reader.devices_picked import finding_of
from azext_iotdiag.knowledge.registry import DEVICE_UNKNOWN
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.finding import Severity, fail


@check("The hub shows how the device proves itself")
def identity_readable(keys):
    failure = keys.failure
    if failure is None:
        return
    if failure.kind is not Kind.MISSING:
        raise CouldNotLook(finding_of(failure, Severity.WARN))
    what = f"no module {keys.module!r} of the device {keys.device!r}" if keys.module else f"no device {keys.device!r}"
    yield fail(DEVICE_UNKNOWN, f"{keys.hub} answers that there is {what}", device=keys.device, hub=keys.hub)
