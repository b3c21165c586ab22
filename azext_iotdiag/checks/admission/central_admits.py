"""What IoT Central says of a device: provisioned and enabled, and what follows from the two."""

from azext_iotdiag.checks import statuses as standing
from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.knowledge.central import CENTRAL_NOT_FOUND, PROVISIONED
from azext_iotdiag.model.finding import Finding, Severity, fail


@check("IoT Central lets the device in")
def central_admits(central):
    if central.failure is not None:
        raise CouldNotLook(standing.refused_by_central(central.failure))
    if not central.known:
        yield fail(CENTRAL_NOT_FOUND, f"{central.app} has no device {central.device!r}", device=central.device)
        return
    entry = standing.of_central(central.provisioned, central.enabled)
    yield Finding(
        entry,
        Severity.NOTE if entry is PROVISIONED else Severity.FAIL,
        f"{central.app} shows {central.device!r} with provisioned={str(central.provisioned).lower()} and "
        f"enabled={str(central.enabled).lower()}; whether it is connected, IoT Central does not tell",
        evidence={"provisioned": central.provisioned, "enabled": central.enabled, "simulated": central.simulated},
    )
