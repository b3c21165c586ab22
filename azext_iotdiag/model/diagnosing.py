"""What a diagnosis tells while it goes on, and what it ends in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.check import CheckResult, Link
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.observed import WatchAsked
from azext_iotdiag.model.verdict import Diagnosis


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

    def exit_code(self, fail_on: str = "undetermined") -> int:
        """The exit code of the verdict.

        `fail_on` is found, where an open verdict ends with 0; undetermined; or warning, where a warning ends with 4.
        """
        verdict = self.found.verdict
        if fail_on == "found" and verdict.exit_code == exit_codes.UNDETERMINED:
            return exit_codes.HEALTHY
        if fail_on == "warning" and verdict.exit_code == exit_codes.HEALTHY and verdict.also:
            return exit_codes.PROBLEM
        return verdict.exit_code


@dataclass(frozen=True)
class WatchingDevice:
    """All was looked at once, and the device is watched from now on."""

    device: str
    asked: WatchAsked


Event = Judged | WatchingDevice | Diagnosed
