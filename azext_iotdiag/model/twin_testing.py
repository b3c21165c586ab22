"""What a test of a twin tells while it goes on, and what it ends in."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.twin_test import Restoring, TwinTest
from azext_iotdiag.model.verdict import Diagnosis


@dataclass(frozen=True)
class LeftoverRestored:
    """A desired property was restored that a run which was killed had left changed."""

    whose: str
    name: str
    restoring: Restoring


@dataclass(frozen=True)
class LeftoverKept:
    """A desired property is still as a run which was killed has left it, because the hub did not let it be restored."""

    hub: str
    whose: str
    name: str
    failure: Failure


@dataclass(frozen=True)
class Looking:
    """The twin is read."""

    hub: str
    whose: str


@dataclass(frozen=True)
class Planned:
    """What is about to be done. `before` is the JSON of the desired property as it is, empty where there is none."""

    test: TwinTest
    before: str


@dataclass(frozen=True)
class Set:
    """The desired property was set. The device's answer is waited for."""

    test: TwinTest
    seconds: float


@dataclass(frozen=True)
class Restored:
    """What became of the desired property in the end."""

    test: TwinTest


@dataclass(frozen=True)
class TwinTestInterrupted:
    """Ctrl-C or a signal ended the test. `changed` tells whether the property was changed by then."""

    changed: bool


@dataclass(frozen=True)
class TwinTested:
    """The end: the diagnosis, and the facts that it is of."""

    found: Diagnosis
    facts: Facts
    test: TwinTest

    @property
    def exit_code(self) -> int:
        """The exit code of the verdict."""
        return self.found.verdict.exit_code


Event = LeftoverRestored | LeftoverKept | Looking | Planned | Set | Restored | TwinTestInterrupted | TwinTested
