"""What changed around a hub and a device, by time: who did it, what it was, and where that is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from azext_iotdiag.model.failure import Failure


class Source(Enum):
    """Where a change is written."""

    ACTIVITY = "activity-log"
    SETTINGS = "settings"
    ROLES = "roles"
    CERTIFICATES = "certificates"
    DEPLOYMENTS = "deployments"
    TWIN = "twin"
    ADVISOR = "advisor"


# What the sources cannot hold, for people. Each is documented by the service that keeps it.
LIMITS = {
    Source.ACTIVITY: "The activity log holds operations of the resource manager of the last 90 days, 3 to 20 minutes "
    "late. It holds no change of a device's key, identity or twin, and no message.",
    Source.SETTINGS: "Resource Graph holds changes of settings, such as rules and routes, for 14 days.",
    Source.ROLES: "Only the last change of each existing role assignment is known. Removals stand in the activity log.",
    Source.CERTIFICATES: "Only the last change of each existing certificate is known.",
    Source.DEPLOYMENTS: "Only the last change of each existing automatic configuration is known. Who made it is "
    "not kept.",
    Source.TWIN: "Only the last change of each property of the twin is known, and not who made it. Tags have no time.",
    Source.ADVISOR: "Azure Advisor shows when it last renewed a recommendation, not when its cause began.",
}


@dataclass(frozen=True)
class ChangesAsked:
    """What is asked of each source: the time from which on, in milliseconds since 1970, and which sources."""

    since: int
    sources: tuple[Source, ...] = tuple(Source)


@dataclass(frozen=True)
class HistoryChange:
    """One change. `at` is in milliseconds since 1970. `who` and `device` are empty where none is named."""

    at: int
    source: Source
    what: str
    who: str = ""
    device: str = ""
    failed: bool = False


@dataclass(frozen=True)
class HistoryPart:
    """What one source tells: its changes, or why it could not be read.

    `untimed` counts what has no time. `complete` tells whether all of the time that was asked for was read.
    """

    source: Source
    changes: tuple[HistoryChange, ...] = ()
    failure: Failure | None = None
    untimed: int = 0
    complete: bool = True


@dataclass(frozen=True)
class Changes:
    """What all sources tell of the time since `since`, in milliseconds since 1970."""

    hub: str
    since: int
    parts: tuple[HistoryPart, ...] = ()

    @property
    def listed(self) -> tuple[HistoryChange, ...]:
        """All changes, the newest first."""
        found = (change for part in self.parts for change in part.changes if change.at >= self.since)
        return tuple(sorted(found, key=lambda change: (-change.at, change.source.value, change.what)))

    @property
    def unread(self) -> tuple[HistoryPart, ...]:
        """The sources that could not be read."""
        return tuple(part for part in self.parts if part.failure is not None)
