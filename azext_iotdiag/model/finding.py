"""What is said of a device or a hub: a finding, and the entry of the knowledge base that explains it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypedDict

if TYPE_CHECKING:  # Python 3.10 has no Unpack; nothing evaluates it
    from typing_extensions import Unpack

JsonScalar = str | int | float | bool | None
NO_EVIDENCE: Mapping[str, JsonScalar] = MappingProxyType({})


class Severity(Enum):
    """How bad a finding is, from the least bad to the worst."""

    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """The place in that order, from 0 on."""
        return _SEVERITIES.index(self)


_SEVERITIES = tuple(Severity)


class Certainty(Enum):
    """How sure a statement is.

    SURE: a service's code or a setting says it, and no other cause gives the same facts. LIKELY: a pattern, an absence,
    a state that may be old, or free text. OPEN: the facts leave several causes, or show no fault.
    """

    SURE = "sure"
    LIKELY = "likely"
    OPEN = "open"

    @property
    def rank(self) -> int:
        """The place in the order from open (0) to sure."""
        return (Certainty.OPEN, Certainty.LIKELY, Certainty.SURE).index(self)


class When(Enum):
    """When what was found keeps data from arriving."""

    NOW = "now"
    WINDOW = "window"  # in the time that was looked at, and no more
    COMING = "coming"  # not yet


class Weight(NamedTuple):
    """How much a finding says: how sure it can be at most, when it holds, and since when.

    `since` is in milliseconds since 1970. It is set where the finding is a state that changed at that time; what the
    device did successfully after that shows that the state is not why data stops. None: no such time is known. It is
    not `dated` where the state may be older, so that a success could show that it does no harm.
    """

    certainty: Certainty = Certainty.SURE
    when: When = When.NOW
    since: int | None = None
    dated: bool = True


class WeightParts(TypedDict, total=False):
    """The fields of Weight."""

    certainty: Certainty
    when: When
    since: int | None
    dated: bool


SAYS_ALL = Weight()


class Retry(Enum):
    """Whether trying the same again helps. The value completes "A retry ..."."""

    NEVER = "does not help until something is changed"
    LATER = "helps later, once the cause is gone"
    BACK_OFF = "helps, with growing pauses in between"
    AUTOMATIC = "comes by itself: the client does it"


class Fixer(Enum):
    """Who can remove a cause."""

    DEVICE_DEVELOPER = "device developer"
    SERVICE_DEVELOPER = "developer of the back end"
    OPERATOR = "operator with registry rights"
    OWNER = "subscription owner"
    NETWORK = "network administrator"
    CALLER = "user of this command"
    MICROSOFT = "Microsoft"


class Place(Enum):
    """Where a code is seen."""

    SDK = "device SDK"
    HTTP = "HTTP"
    MQTT = "MQTT"
    AMQP = "AMQP"
    LOG = "resource log"
    DPS = "DPS registration"
    CENTRAL = "IoT Central"
    ARM = "Azure Resource Manager"
    TOOL = "this tool"


@dataclass(frozen=True)
class Cause:
    """One reason why a code appears, how to undo it, and what tells whether it is the one.

    That is `check`, the name of a check of ours, or else `confirm`: a command, or what to look at. `only_if` and
    `proven_by` name conditions of `checks.conditions`. Where the first is false, the cause is ruled out. Where the
    second is true, it is proven. A cause with `confirm` alone is never dropped.
    """

    why: str
    mitigation: tuple[str, ...]
    check: str = ""
    confirm: str = ""
    only_if: str = ""
    proven_by: str = ""


@dataclass(frozen=True)
class Entry:
    """What a code means. A code that a service reports often has several causes.

    `aliases` are the names under which services and clients report the same thing, such as "401003",
    "IoTHubUnauthorized", "amqp:unauthorized-access", or the words of a library's message. Where a name means different
    things in different places, it stands behind the place: "dps:401002", "mqtt:5". `meaning` tells the mechanism.
    A default is for an entry that is still being written: tests want every part. `undecidable` tells that the service
    gives one answer to all of the causes, so that they are always shown whole.
    """

    code: str
    title: str
    causes: tuple[Cause, ...] = ()
    aliases: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    meaning: str = ""
    retry: Retry = Retry.NEVER
    fixers: tuple[Fixer, ...] = ()
    places: tuple[Place, ...] = ()
    undecidable: bool = False


class Own(TypedDict, total=False):
    """What an entry may say itself, beside its code, title and causes."""

    aliases: tuple[str, ...]
    links: tuple[str, ...]
    meaning: str
    retry: Retry
    fixers: tuple[Fixer, ...]
    places: tuple[Place, ...]
    undecidable: bool


@dataclass(frozen=True)
class Area:
    """What the entries of one file share. An entry that says a part itself has that in its place."""

    links: tuple[str, ...] = ()
    fixers: tuple[Fixer, ...] = ()
    places: tuple[Place, ...] = ()

    def entry(self, code: str, title: str, causes: tuple[Cause, ...], **own: Unpack[Own]) -> Entry:
        """An entry of this area."""
        parts = Own(links=self.links, fixers=self.fixers, places=self.places)
        parts.update(own)
        return Entry(code, title, causes, **parts)


@dataclass(frozen=True)
class Finding:
    """One thing that was observed, and the entry that says what it means.

    `path` is a JSON path where the finding is about a payload. `evidence` holds JSON scalars only, so that a secret
    object cannot slip into it and every output form can show it. `weight` tells how much it says for the verdict.
    """

    entry: Entry
    severity: Severity
    message: str
    path: str = ""
    evidence: Mapping[str, JsonScalar] = field(default_factory=lambda: NO_EVIDENCE)
    weight: Weight = SAYS_ALL

    def __post_init__(self) -> None:
        for name, value in self.evidence.items():
            if type(value) is str:  # as nearly all are, and findings come by the hundred
                continue
            if not isinstance(value, (str, int, float, bool, type(None))):
                raise TypeError(
                    f"evidence {name!r} of {self.entry.code} is a {type(value).__name__}, not a JSON scalar"
                )
            if isinstance(value, float) and not math.isfinite(value):
                raise TypeError(f"evidence {name!r} of {self.entry.code} is {value}, which JSON does not have")


def note(entry: Entry, message: str, **evidence: JsonScalar) -> Finding:
    """A finding that only informs."""
    return Finding(entry, Severity.NOTE, message, evidence=evidence)


def warn(entry: Entry, message: str, **evidence: JsonScalar) -> Finding:
    """A finding that deserves a look and breaks nothing by itself."""
    return Finding(entry, Severity.WARN, message, evidence=evidence)


def fail(entry: Entry, message: str, **evidence: JsonScalar) -> Finding:
    """A finding that keeps data from arriving."""
    return Finding(entry, Severity.FAIL, message, evidence=evidence)


def weighed(finding: Finding, **parts: Unpack[WeightParts]) -> Finding:
    """The finding with another weight."""
    return replace(finding, weight=finding.weight._replace(**parts))
