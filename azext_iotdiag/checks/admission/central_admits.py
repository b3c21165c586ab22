"""What IoT Central says of a device: provisioned and enabled, and what follows from the two."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import statuses
from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.knowledge.central import CENTRAL_NOT_FOUND, PROVISIONED
from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, Severity, fail


@check("IoT Central lets the device in")
def central_admits(central_device: Fact[CentralDevice]) -> Iterator[Finding]:
    if central_device.failure is not None:
        raise CouldNotLook(obstacle(Service.CENTRAL, central_device.failure))
    found = central_device.value
    if found is None:
        return
    if not found.known:
        yield fail(CENTRAL_NOT_FOUND, f"{found.app} has no device {found.device!r}", device=found.device)
        return
    entry = statuses.of_central(found.provisioned, found.enabled)
    yield Finding(
        entry,
        Severity.NOTE if entry is PROVISIONED else Severity.FAIL,
        f"{found.app} shows {found.device!r} with provisioned={str(found.provisioned).lower()} and "
        f"enabled={str(found.enabled).lower()}; IoT Central does not report whether it is connected",
        evidence={"provisioned": found.provisioned, "enabled": found.enabled, "simulated": found.simulated},
    )
