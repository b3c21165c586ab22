"""What the resource manager shows of a Device Provisioning Service.

Source: https://learn.microsoft.com/rest/api/iot-dps/iot-dps-resource, api-version 2022-02-05.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LinkedHub:
    """A hub that the service assigns devices to, unless it does not take part in the allocation."""

    host: str
    takes_part: bool = True


@dataclass(frozen=True)
class DpsSettings:
    """The settings of a provisioning service that decide whether devices get a hub; fields as those of HubSettings.

    `allocation` is how it picks a hub, such as Hashed. `hubs` are those that are linked in the service itself: a
    namespace of the Device Registry may link further ones, which do not show here.
    """

    host: str
    state: str = ""
    id_scope: str = ""
    allocation: str = ""
    keys_allowed: bool = True
    public_access: bool = True
    address_rules: int = 0
    hubs: tuple[LinkedHub, ...] = ()

    @property
    def is_active(self) -> bool:
        """Whether the service serves devices. An empty state was not told."""
        return self.state.lower() in ("active", "")
