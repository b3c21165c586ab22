"""A hub refuses the connections of a disabled device."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.registry import DEVICE_DISABLED
from azext_iotdiag.model.finding import Finding, fail, weighed
from azext_iotdiag.model.identity import Identity


@check("The device is enabled", after=(device_known,))
def device_enabled(identity: Identity) -> Iterator[Finding]:
    if identity.status == "disabled":
        reason = f": {identity.status_reason}" if identity.status_reason else ""
        found = fail(
            DEVICE_DISABLED,
            f"{identity.hub} shows {identity.device!r} as disabled{reason}",
            device=identity.device,
            reason=identity.status_reason,
        )
        yield weighed(found, since=identity.status_updated)
