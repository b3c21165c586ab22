"""A change of a property can only be seen where the properties can be read."""

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.reader import partitions_readable
from azext_iotdiag.checks.reader.devices_picked import finding_of
from azext_iotdiag.knowledge.assignment import DEVICE_NOT_IN_APP
from azext_iotdiag.knowledge.registry import DEVICE_UNKNOWN
from azext_iotdiag.knowledge.registry_changes import TWIN_REFUSED
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.finding import Severity


@check("The properties of the device can be read")
def properties_readable(watched):
    failure = watched.failure
    if failure is None:
        return
    if failure.kind is Kind.MISSING:
        entry = DEVICE_NOT_IN_APP if watched.app else DEVICE_UNKNOWN
        yield partitions_readable.finding_of(failure, Severity.FAIL, entry)
    else:
        refused = failure.kind is Kind.UNAUTHORIZED
        entry = partitions_readable.of_central(failure) if watched.app else TWIN_REFUSED if refused else None
        found = partitions_readable.finding_of(failure, entry=entry) if entry else finding_of(failure)
        if not refused:
            raise CouldNotLook(found)
        yield found
