"""What Azure says of the health of a service, and of its platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.finding import Finding

AVAILABLE = "Available"
WRONG = ("Unavailable", "Degraded")


class Availability(NamedTuple):
    """How a resource is, or was, from `since` on (milliseconds since 1970; None is not known).

    `state` is Available, Unavailable, Degraded or Unknown. `reason` is Planned, Unplanned or UserInitiated.
    """

    state: str
    title: str = ""
    summary: str = ""
    reason: str = ""
    since: int | None = None
    actions: tuple[str, ...] = ()


class Issue(NamedTuple):
    """An event of the platform. `kind` is ServiceIssue, PlannedMaintenance or the like.

    `here` says that it names the service and the region that were asked about.
    """

    id: str
    title: str
    kind: str
    active: bool
    services: tuple[str, ...]
    regions: tuple[str, ...]
    since: int | None
    here: bool


@dataclass(frozen=True)
class HealthRead:
    """What was read of a service. `current` is None where it is not `offered` for the type, or could not be read.

    `issues` is None where `unread` says why they could not be read. `of_app` tells an IoT Central application.
    """

    host: str
    region: str = ""
    offered: bool = True
    current: Availability | None = None
    history: tuple[Availability, ...] = ()
    issues: tuple[Issue, ...] | None = None
    unread: str = ""
    failure: Finding | None = None
    of_app: bool = False

    @property
    def active(self) -> tuple[Issue, ...]:
        """The issues that are under way, of this service in this region."""
        return tuple(each for each in self.issues or () if each.active and each.here and each.kind == "ServiceIssue")

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        if self.active or (self.current is not None and self.current.state in WRONG):
            return exit_codes.PROBLEM
        known = self.current is not None and self.current.state == AVAILABLE
        if self.failure is not None or not (known or (not self.offered and self.issues is not None)):
            return exit_codes.UNDETERMINED
        return exit_codes.HEALTHY
