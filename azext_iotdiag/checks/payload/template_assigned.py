"""Without a template IoT Central does not know what a device's values mean, whatever its connection."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.central import TEMPLATE_ASSIGNED, UNASSOCIATED
from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.finding import Finding, fail, note


@check("The device has a template")
def template_assigned(central_device: CentralDevice) -> Iterator[Finding]:
    central = central_device
    if not central.known:
        return
    if central.template:
        yield note(TEMPLATE_ASSIGNED, f"{central.device!r} has {central.template}", template=central.template)
    else:
        yield fail(UNASSOCIATED, f"{central.app} shows {central.device!r} without a template", device=central.device)
