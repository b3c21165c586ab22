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
        yield fail(
            DEVICE_UNKNOWN,
            f"{found.hub} answers that there is no device {found.device!r}{_near(found)}",
            device=found.device,
            hub=found.hub,
        )


def _near(found: Identity) -> str:
    """The nearest id that the hub knows, as a part of a sentence; empty without one."""
    kinds = ((found.near, "whose case differs"), (found.alike, "whose punctuation differs"),
             (found.misspelt, "which differs in one letter"))  # fmt: skip
    return next((f"; it knows {ids[0]!r}, {how}" for ids, how in kinds if ids), "")
