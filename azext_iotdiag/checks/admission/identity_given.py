"""To play a device that only the hub knows, the hub must hand out its identity, or make one."""

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.reader import partitions_readable
from azext_iotdiag.checks.reader.devices_picked import ANSWERED, finding_of
from azext_iotdiag.knowledge.registry import DEVICE_UNKNOWN
from azext_iotdiag.knowledge.registry_changes import REGISTRY_READ_ONLY
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.finding import fail

MAKING, DELETION = "the making of an identity", "the deletion of an identity"  # the steps, as clients/hub.py names them


@check("The hub hands out the identity")
def identity_given(registered):
    failure = registered.failure
    if failure is None:
        return
    if failure.kind is Kind.MISSING:
        yield fail(
            DEVICE_UNKNOWN,
            f"{registered.hub} answers that there is no device {registered.device!r}",
            device=registered.device,
            hub=registered.hub,
        )
        return
    if failure.kind not in ANSWERED:
        raise CouldNotLook(finding_of(failure))
    if failure.kind is Kind.UNAUTHORIZED and failure.step in (MAKING, DELETION):
        yield partitions_readable.finding_of(failure, entry=REGISTRY_READ_ONLY)
    else:
        yield finding_of(failure)
