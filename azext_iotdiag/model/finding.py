"""What is said of a device or a hub: a finding, and the entry of the knowledge base that explains it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

JsonScalar = str | int | float | bool | None
NO_EVIDENCE: Mapping[str, JsonScalar] = MappingProxyType({})


class Severity(Enum):
    """How bad a finding is."""

    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Cause:
    """One reason why a code appears, how to undo it, and the check that tells whether it is the one."""

    why: str
    mitigation: tuple[str, ...]
    check: str = ""


@dataclass(frozen=True)
class Entry:
    """What a code means. A code that a service reports often has several causes.

    `aliases` are the names under which services and clients report the same thing, such as
    "401003", "IoTHubUnauthorized" or "amqp:unauthorized-access".
    """

    code: str
    title: str
    causes: tuple[Cause, ...] = ()
    aliases: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One thing that was observed, and the entry that says what it means.

    `path` is a JSON path where the finding is about a payload. `evidence` holds JSON scalars only, so that a secret
    object cannot slip into it and every output form can show it.
    """

    entry: Entry
    severity: Severity
    message: str
    path: str = ""
    evidence: Mapping[str, JsonScalar] = field(default_factory=lambda: NO_EVIDENCE)

    def __post_init__(self) -> None:
        for name, value in self.evidence.items():
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
