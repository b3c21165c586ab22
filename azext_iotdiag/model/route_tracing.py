"""What the trace of a message's routes tells while it goes on, and what it ends in."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.routing import RouteTrace
from azext_iotdiag.model.verdict import Diagnosis


@dataclass(frozen=True)
class LookingForMessage:
    """The newest message of a device is looked for at the built-in endpoint of a hub."""

    device: str
    hub: str


@dataclass(frozen=True)
class Traced:
    """The end: the diagnosis, and the facts that it is of. Without a fact of the trace, it was interrupted."""

    found: Diagnosis
    facts: Facts

    @property
    def exit_code(self) -> int:
        """The exit code of the verdict."""
        return self.found.verdict.exit_code

    @property
    def trace(self) -> RouteTrace | None:
        """What the routes make of the message; None where they were not tried."""
        fact = self.facts.get("route_trace")
        return fact.value if fact is not None else None


Event = LookingForMessage | Traced
