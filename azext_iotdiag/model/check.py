"""A check, how it ended, and a whole run of checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from azext_iotdiag.model.finding import Finding

if TYPE_CHECKING:
    from azext_iotdiag.model.target import Target

REPORT_VERSION = 1


class Status(Enum):
    """How a check ended, from best to worst. ERROR means that the check itself could not look."""

    SKIP = "skip"
    PASS = "pass"
    WARN = "warn"
    ERROR = "error"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """The place in the order from best (0) to worst."""
        return list(Status).index(self)


@dataclass(frozen=True)
class Check:
    """A question with a yes-or-no answer, named for the healthy answer.

    `run` judges facts and never measures: its parameters name the facts it needs, it yields findings, and its silence
    means healthy. `after` names the checks that must not have failed before this one makes sense.
    """

    name: str
    title: str
    run: Callable[..., Iterable[Finding]]
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckResult:
    """How one check ended, what it saw, and how long it took in seconds."""

    check: Check
    status: Status
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Report:
    """A whole run of checks against one target, begun at `started` (UTC)."""

    target: Target
    results: tuple[CheckResult, ...]
    started: datetime
    version: int = field(default=REPORT_VERSION)

    @property
    def status(self) -> Status:
        """The worst status of all results."""
        return max((result.status for result in self.results), key=lambda status: status.rank, default=Status.SKIP)
