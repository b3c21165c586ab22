"""A change of a device that was asked for is made, or it is said why not."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, entry_of, finding_of, obstacle
from azext_iotdiag.knowledge.assignment import DEVICE_NOT_IN_APP
from azext_iotdiag.knowledge.central import BLOCKED, CENTRAL_NOT_FOUND
from azext_iotdiag.knowledge.hub.conflict import DEVICE_ALREADY_EXISTS, PRECONDITION_FAILED
from azext_iotdiag.knowledge.hub.too_large import TOO_MANY_DEVICES
from azext_iotdiag.knowledge.registry import DEVICE_UNKNOWN
from azext_iotdiag.model.device_change import DeviceChange
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Finding, fail

# What the registry itself says of the device: nothing is left to find out.
_DECIDED = (DEVICE_ALREADY_EXISTS, DEVICE_UNKNOWN, PRECONDITION_FAILED, TOO_MANY_DEVICES)

TEMPLATE_STEP = "the device template"  # as `clients.central` names it


@check("The device was changed as asked")
def device_changed(device_change: DeviceChange) -> Iterator[Finding]:
    change = device_change
    if change.is_blocked and not change.done:
        message = f"{change.device} does not wait for approval: it came through provisioning, and is blocked"
        yield fail(BLOCKED, f"{message}; nothing was changed", device=change.device)
    if change.failure is None:
        return
    if change.of_app:
        yield from _of_app(change, change.failure)
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


def _of_app(change: DeviceChange, failure: Failure) -> Iterator[Finding]:
    """What an application says no to."""
    if failure.kind is not Kind.MISSING:
        raise CouldNotLook(obstacle(Service.CENTRAL, failure))
    if failure.step == TEMPLATE_STEP:
        message = f"{change.service} has no device template {change.template!r}; nothing was changed"
        yield fail(CENTRAL_NOT_FOUND, message, template=change.template)
        return
    message = f"{change.service} shows no device {change.device!r}; nothing was changed"
    yield fail(DEVICE_NOT_IN_APP, message, device=change.device)
