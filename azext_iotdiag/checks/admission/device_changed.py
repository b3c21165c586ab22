"""A change of a device that was asked for is made, or it is said why not."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, entry_of, finding_of, obstacle
from azext_iotdiag.knowledge.hub.conflict import DEVICE_ALREADY_EXISTS, PRECONDITION_FAILED
from azext_iotdiag.knowledge.hub.too_large import TOO_MANY_DEVICES
from azext_iotdiag.knowledge.registry import DEVICE_UNKNOWN
from azext_iotdiag.model.device_change import DeviceChange
from azext_iotdiag.model.finding import Finding, fail

# What the registry itself says of the device: nothing is left to find out.
_DECIDED = (DEVICE_ALREADY_EXISTS, DEVICE_UNKNOWN, PRECONDITION_FAILED, TOO_MANY_DEVICES)


@check("The change of the device is made")
def device_changed(device_change: DeviceChange) -> Iterator[Finding]:
    change = device_change
    if change.failure is None:
        return
    entry = entry_of(Service.HUB, change.failure)
    if entry not in _DECIDED:
        raise CouldNotLook(obstacle(Service.HUB, change.failure))
    messages = {
        DEVICE_ALREADY_EXISTS: f"{change.service} has a device {change.device!r} already; nothing was changed",
        DEVICE_UNKNOWN: f"{change.service} has no device {change.device!r}; nothing was changed",
        PRECONDITION_FAILED: f"{change.device} was changed after it was read; nothing was deleted",
    }
    if entry in messages:
        yield fail(entry, messages[entry], device=change.device, condition=change.failure.condition)
        return
    yield finding_of(Service.HUB, change.failure)
