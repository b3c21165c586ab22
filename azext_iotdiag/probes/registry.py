"""What a hub says of one device, asked with whichever right the credential has: of its twin, or of its identity."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any

from azext_iotdiag.clients.deadlines import USUAL, Deadlines
from azext_iotdiag.clients.failed import StepFailed
from azext_iotdiag.clients.hub import NO_SUCH_DEVICE, Hub
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.target import Target

PATIENCE_SECONDS = 10.0
_TIME = re.compile(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|\+00:00)?")


def measure(target: Target, device: str, now: Callable[[], float], deadlines: Deadlines = USUAL) -> Identity:
    """The device as its hub describes it. `now` gives seconds since 1970.

    The twin is asked for first: whoever may read messages may read twins, and few policies may read the registry. A hub
    of the basic tier has no twins.
    """
    hub = Hub(target, now, patience=PATIENCE_SECONDS, deadlines=deadlines)
    try:
        try:
            return read(target.hub, device, hub.twin(device))
        except StepFailed as failed:
            if failed.failure.kind not in (Kind.UNAUTHORIZED, Kind.REFUSED):
                raise
        return read(target.hub, device, hub.device(device))
    except StepFailed as failed:
        failure = failed.failure
        if failure.kind is Kind.MISSING and failure.condition in NO_SUCH_DEVICE:
            return Identity(target.hub, device, known=False)
        return Identity(target.hub, device, failure=failure)
    finally:
        hub.close()


def read(hub: str, device: str, told: Mapping[str, Any]) -> Identity:
    """The device as the hub's answer describes it, be that its twin or its identity."""
    proof = part(told, "authentication")
    prints = part(proof if proof else told, "x509Thumbprint")
    return Identity(
        hub,
        device,
        known=True,
        status=str(told.get("status") or ""),
        status_reason=str(told.get("statusReason") or ""),
        connected=told.get("connectionState") == "Connected",
        last_activity=moment(told.get("lastActivityTime")),
        authentication=str(told.get("authenticationType") or proof.get("type") or ""),
        thumbprints=tuple(str(each) for each in prints.values() if each),
        model=str(told.get("modelId") or ""),
        edge=part(told, "capabilities").get("iotEdge") is True,
        parents=bool(told.get("parentScopes")) or bool(told.get("deviceScope")),
        reported=moment(part(part(part(told, "properties"), "reported"), "$metadata").get("$lastUpdated")),
        status_updated=moment(told.get("statusUpdateTime") or told.get("statusUpdatedTime")),
        queued=told["cloudToDeviceMessageCount"] if isinstance(told.get("cloudToDeviceMessageCount"), int) else 0,
    )


def part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object within what a service told, empty where there is none."""
    inner = told.get(name)
    return inner if isinstance(inner, dict) else {}


def moment(text: Any) -> int | None:
    """Milliseconds since 1970 of a time as hubs write it; None for the year 1, which means never."""
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None or found[1].startswith("0001"):
        return None
    try:
        moment = datetime.fromisoformat(found[1]).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return int(moment.timestamp()) * 1000 + int((found[2] or "0")[:3].ljust(3, "0"))
