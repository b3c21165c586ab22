"""An application that shows its devices is there, and lets the caller look."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.knowledge.central import CENTRAL_WITHOUT_DEVICES
from azext_iotdiag.model.central import CentralReached
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, note


@check("IoT Central shows its devices")
def central_answers(central_reached: Fact[CentralReached]) -> Iterator[Finding]:
    if central_reached.failure is not None:
        raise CouldNotLook(obstacle(Service.CENTRAL, central_reached.failure))
    found = central_reached.value
    if found is not None and not found.devices:
        yield note(CENTRAL_WITHOUT_DEVICES, f"{found.app} shows no device to you", app=found.app)
