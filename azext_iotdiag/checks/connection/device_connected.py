"""Whether the hub takes the device for connected, when it last heard of it, and whether its messages came."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import statuses
from azext_iotdiag.checks.admission.device_enabled import device_enabled
from azext_iotdiag.checks.admission.device_known import device_known
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.hub.status import CONNECTED
from azext_iotdiag.knowledge.registry import (
    ASSIGNED_NEVER_SEEN,
    DEVICE_CONNECTED_AND_SILENT,
    DEVICE_DISCONNECTED,
    DEVICE_NEVER_SEEN,
)
from azext_iotdiag.model.dps import Registration
from azext_iotdiag.model.finding import Certainty, Entry, Finding, Severity
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages
from azext_iotdiag.model.simulated import Simulated
from azext_iotdiag.model.stream import StreamRequest
from azext_iotdiag.model.timestamps import time_and_age, written

_NEEDS_SESSION = (Goal.METHODS, Goal.CONNECTION)
_SEVERITY = {CONNECTED.code: Severity.NOTE, DEVICE_DISCONNECTED.code: Severity.WARN}


@check("The device is connected", after=(device_known, device_enabled), at_most=Certainty.LIKELY)
def device_connected(
    identity: Identity,
    now: float,
    request: StreamRequest | None = None,
    simulated: Simulated | None = None,
    newest_messages: NewestMessages | None = None,
    goal: Goal | None = None,
    registration: Registration | None = None,
) -> Iterator[Finding]:
    """Where messages of the device were waited for, `request` says whether any came.

    A device whose messages are there, and that the hub has never seen connected, speaks HTTPS.

    A device that is missed at its methods, or at all, must be connected. Telemetry and twin need no lasting session.

    Where this machine played the device, the hub's state is from before that, and says nothing of the time since.
    """
    if simulated is not None or (request is not None and request.shown):
        return  # what the device sent arrives, whatever the hub shows
    if newest_messages is not None and newest_messages.came is not None and identity.last_activity is None:
        return
    last, reported, moment = identity.last_activity, identity.reported, int(now * 1000)
    heard = "has never heard of it" if last is None else f"heard of it last at {time_and_age(last, moment)}"
    if reported is not None and (last is None or reported > last):
        heard += f", and it reported properties at {time_and_age(reported, moment)}"
    how = "connected" if identity.connected else "not connected"
    entry, severity = _status(identity, request)
    if entry is DEVICE_DISCONNECTED and goal in _NEEDS_SESSION:
        severity = Severity.FAIL
    if entry is DEVICE_NEVER_SEEN and _was_assigned(registration, identity):
        entry = ASSIGNED_NEVER_SEEN
    yield Finding(
        entry,
        severity,
        f"{identity.hub} shows {identity.device!r} as {how} and {heard}; that may be five minutes late, and a device "
        "that speaks only HTTPS is never in it" + (", nor may one behind a gateway be" if identity.parents else ""),
        evidence={
            "device": identity.device,
            "connected": identity.connected,
            "lastActivity": None if last is None else written(last),
            "lastReported": None if reported is None else written(reported),
        },
    )


def _was_assigned(registration: Registration | None, identity: Identity) -> bool:
    """Whether the device came to the provisioning service, which sent it to this hub."""
    return (
        registration is not None
        and registration.status == "assigned"
        and registration.hub.lower() == identity.hub.lower()
    )


def _status(identity: Identity, request: StreamRequest | None) -> tuple[Entry, Severity]:
    """The entry and how bad it is.

    A connected device that was silent is a failure only where the hub heard it meanwhile: that was no message, or one
    that went elsewhere. Else it may send seldom, or the state may be old.
    """
    entry = statuses.of_identity(identity)
    if entry is not CONNECTED or request is None:
        return entry, _SEVERITY.get(entry.code, Severity.FAIL)
    last = identity.last_activity
    begun = request.since if request.since is not None else request.ended - int(request.seconds * 1000)
    return DEVICE_CONNECTED_AND_SILENT, Severity.FAIL if last is not None and last >= begun else Severity.WARN
