"""What a diagnosis tells while it goes on, and what it ends in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from azext_iotdiag.model.check import CheckResult, Link
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.verdict import Diagnosis


@dataclass(frozen=True)
class Measuring:
    """These facts are still measured."""

    facts: tuple[str, ...]


@dataclass(frozen=True)
class Judged:
    """All that is asked of a link is known: the results of its checks.

    `reached` is False where a check of an earlier link of the data's way failed: then nothing may come so far.
    """

    link: Link
    results: tuple[CheckResult, ...]
    reached: bool = True


@dataclass(frozen=True)
class Diagnosed:
    """The end: all results with the verdict, the facts that they are of, and the results of each link."""

    found: Diagnosis
    facts: Facts
    by_link: Mapping[Link, tuple[CheckResult, ...]]

    @property
    def exit_code(self) -> int:
        """The exit code of the verdict."""
        return self.found.verdict.exit_code


Event = Measuring | Judged | Diagnosed
