"""What a hub's resource log says of one device."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.resource_log import Row


@dataclass(frozen=True)
class DeviceLog:
    """The rows of a device from `since` to `until`, in milliseconds since 1970, oldest first.

    Rows arrive up to 10 min late, and can be missing. It is not `complete` where there were more than are kept.
    """

    hub: str
    device: str
    since: int
    until: int
    rows: tuple[Row, ...] = ()
    complete: bool = True
