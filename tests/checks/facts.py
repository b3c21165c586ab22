"""What services say of devices, as the tests of these checks want it."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.model.dps import Enrollment, ProvisioningAsked, Registration
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.identity import Identity

NOW = 1_800_000_000.0
HUB = "hub.azure-devices.net"
FAILURE = Failure(Kind.UNAUTHORIZED, "the registration", "dps", 443)


def identity(**given: Any) -> Identity:
    return Identity(**{"hub": HUB, "device": "pump", "known": True, "status": "enabled", **given})


def dps(
    status: str = "", *, enrolled: bool = True, enabled: bool = True, expected: bool = True, **given: Any
) -> dict[str, Any]:
    """The values of the facts that a provisioning service tells of the device "pump"."""
    return {
        "provisioning": ProvisioningAsked("dps", "pump", expected),
        "registration": Registration("pump", status, **given) if status else None,
        "enrollment": Enrollment("pump", enabled=enabled) if enrolled else None,
    }
