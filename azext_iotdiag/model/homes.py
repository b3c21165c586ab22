"""Where a device is known: on which hubs, in which applications, and at which provisioning services."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Where(Enum):
    """A kind of service that can know a device."""

    HUB = "IoT hub"
    DPS = "provisioning service"
    APP = "IoT Central application"


@dataclass(frozen=True)
class Home:
    """A service that knows the device. `state` is what it says of it, such as "enabled" or "assigned".

    `leads_to` is the hub that a provisioning service assigned.
    """

    where: Where
    host: str
    name: str
    group: str = ""
    subscription: str = ""
    state: str = ""
    leads_to: str = ""


@dataclass(frozen=True)
class Unseen:
    """A service that could not be asked, and why."""

    where: Where
    host: str
    why: str


@dataclass(frozen=True)
class Homes:
    """What a search for a device came to: `asked` services of `subscriptions` subscriptions were asked.

    `listed` says who told which services there are: their list may be some minutes old.
    """

    device: str
    found: tuple[Home, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    asked: int = 0
    subscriptions: int = 0
    listed: str = ""

    @property
    def holding(self) -> tuple[Home, ...]:
        """The hubs and applications that know the device. A provisioning service only sends it to one."""
        return tuple(each for each in self.found if each.where is not Where.DPS)
