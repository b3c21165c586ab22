"""What the call of a device's method tells while it goes on, and what it ends in."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.method import MethodCall
from azext_iotdiag.model.verdict import Diagnosis


@dataclass(frozen=True)
class Calling:
    """The hub is asked to call a method of a device, or of its module."""

    hub: str
    whose: str
    call: MethodCall


@dataclass(frozen=True)
class Narrowing:
    """The hub's answer has several causes. Other facts are measured, which tell some of them apart."""

    whose: str


@dataclass(frozen=True)
class Pinged:
    """The end: the diagnosis, and the facts that it is of. Without a fact of the call, it was interrupted."""

    found: Diagnosis
    facts: Facts

    @property
    def exit_code(self) -> int:
        """The exit code of the verdict."""
        return self.found.verdict.exit_code


Event = Calling | Narrowing | Pinged
