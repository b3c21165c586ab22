"""What services say of devices, as the tests of these checks want it."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.model.dps import DpsFacts, Enrollment, Registration
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.identity import Identity

NOW = 1_800_000_000.0
HUB = "hub.azure-devices.net"
FAILURE = Failure(Kind.UNAUTHORIZED, "the registration", "dps", 443)


def identity(**given: Any) -> Identity:
    return Identity(**{"hub": HUB, "device": "pump", "known": True, "status": "enabled", **given})


def dps(status: str = "", *, enrolled: bool = True, enabled: bool = True, **given: Any) -> DpsFacts:
    return DpsFacts(
        "dps",
        "pump",
        Registration("pump", status, **given) if status else None,
        Enrollment("pump", enabled=enabled) if enrolled else None,
    )
