"""A device that the hub does not know can send nothing to it."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.knowledge.registry import DEVICE_UNKNOWN
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.identity import Identity


@check("The hub knows the device")
def device_known(identity: Fact[Identity]) -> Iterator[Finding]:
    if identity.failure is not None:
        raise CouldNotLook(obstacle(Service.HUB, identity.failure))
    found = identity.value
    if found is not None and not found.known:
        near = f"; it knows {found.near[0]!r}, whose case differs" if found.near else ""
        near = near or (f"; it knows {found.alike[0]!r}, whose punctuation differs" if found.alike else "")
        yield fail(
            DEVICE_UNKNOWN,
            f"{found.hub} answers that there is no device {found.device!r}{near}",
            device=found.device,
            hub=found.hub,
        )
