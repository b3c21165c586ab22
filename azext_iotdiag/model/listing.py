"""What happens while a fleet is read, one event each, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.central import CentralDevice, CentralFleet
from azext_iotdiag.model.dps import DpsFleet, Enrolled, Extent
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.finding import Entry, Finding
from azext_iotdiag.model.fleet import Fleet, Row

Listed = Row | CentralDevice | Enrolled


class HubEstimate(NamedTuple):
    """What reading a hub takes.

    `total` is how many devices it has, None where it does not tell. `queries` are for all of them, and `seconds` is how
    long the pace of `rate` queries a minute holds these back. `filtered` tells that the hub leaves some devices out.
    """

    total: int | None
    queries: int
    seconds: float
    rate: int
    filtered: bool


class DpsEstimate(NamedTuple):
    """What reading a provisioning service takes: at least `seconds`, at `rate` requests a minute."""

    extent: Extent
    seconds: float
    rate: int


class CentralEstimate(NamedTuple):
    """Reading an application: its pace is fixed, and nothing tells how many devices there are."""


Estimate = HubEstimate | DpsEstimate | CentralEstimate


class ShownDevice(NamedTuple):
    """A device of the list, and its status."""

    device: Listed
    status: Entry


class ListingProgress(NamedTuple):
    """How far a list is. `total` is None where it is not known."""

    read: int
    total: int | None
    shown: int


class Waiting(NamedTuple):
    """The pace waits, because the service allows `rate` requests a minute to all callers. A hub counts its queries."""

    seconds: float
    rate: int
    of_hub: bool


class Paused(NamedTuple):
    """The service asked to wait. It is asked again after that."""

    why: str
    seconds: float


class ListingRefused(NamedTuple):
    """The service had too many requests after all. The page is asked for again."""

    failure: Failure


class ListEnded(NamedTuple):
    """What a list came to.

    `stopped` says who ended it early, None where it ran to its end. `begun` is False where the service failed before it
    told how much there is. `calls` is None for an application, whose requests are not counted. `finding` says
    why it failed. `telling` are the traits (`insights.shared.Compared`) that tell the `quiet` devices from the others,
    None where quiet devices were not asked for. `uncounted` are traits of most quiet devices (`insights.shared.Trait`)
    that were not counted among the others. `unsure` counts the devices that may be quiet or not.
    """

    stopped: End | None
    shown: int
    begun: bool = True
    calls: int | None = None
    finding: Finding | None = None
    telling: tuple[Any, ...] | None = None
    uncounted: tuple[Any, ...] = ()
    quiet: int = 0
    unsure: int = 0

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        if self.finding is not None:
            return exit_codes.UNDETERMINED
        return exit_codes.INTERRUPTED if self.stopped is End.INTERRUPTED else exit_codes.HEALTHY


Event = Estimate | ListingProgress | Waiting | Paused | ListingRefused | ListEnded


class Counted(NamedTuple):
    """A fleet in numbers, with the entry of each status by the key that the numbers have.

    `finding` says why not all could be counted, where the numbers do not say it themselves. `healthy` are the codes of
    statuses that need no advice, and `unassociated` is the entry of devices without a template.
    """

    fleet: Fleet | CentralFleet | DpsFleet
    entries: Mapping[Any, Entry]
    finding: Finding | None = None
    healthy: frozenset[str] = frozenset()
    unassociated: Entry | None = None

    @property
    def complete(self) -> bool:
        """Whether everything was counted."""
        return not (self.fleet.failures if isinstance(self.fleet, Fleet) else self.fleet.failure)

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        return exit_codes.HEALTHY if self.complete else exit_codes.UNDETERMINED
