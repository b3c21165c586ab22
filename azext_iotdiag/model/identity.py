"""What a hub says of one of its devices."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.twin_state import TwinState


@dataclass(frozen=True)
class Identity:
    """A device as its hub describes it; `known` is False where the hub has no such device.

    Times are in milliseconds since 1970 UTC, None for never. `connected`
    and `last_activity` are what the hub shows: they may be minutes late, and a device that speaks only HTTPS is never
    in them. `authentication` is sas, selfSigned, certificateAuthority or none. `reported` is when the device last
    changed its reported properties, which proves that it was there. `parents` tells that it may use a gateway, and
    `gateway` is the Edge device above it, empty where that is not known. `near`
    are ids that the hub knows in place of one that it does not, and that differ from it in their case alone; those in
    `alike` differ in punctuation, too, and those in `misspelt` in one letter. `twin` is None where no twin was read,
    and `connected_since` when the state of the connection changed, where that was asked.
    """

    hub: str
    device: str
    known: bool = True
    status: str = ""
    status_reason: str = ""
    connected: bool = False
    last_activity: int | None = None
    authentication: str = ""
    thumbprints: tuple[str, ...] = ()
    model: str = ""
    edge: bool = False
    parents: bool = False
    reported: int | None = None
    status_updated: int | None = None
    queued: int = 0
    near: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    twin: TwinState | None = None
    connected_since: int | None = None
    gateway: str = ""
    misspelt: tuple[str, ...] = ()
