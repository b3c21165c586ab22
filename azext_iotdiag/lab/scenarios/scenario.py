"""What a scenario is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Resident:
    """A device of a scenario.

    `doing` says for people what it does. `body` is one of bodies.BODIES, or empty for a device that sends nothing, and
    `every` the seconds from one message to the next. `connects_as` and `connects_to` are the id and the host that it
    signs in with where these are not its own and the hub's. `clones` more of it connect under the same id.
    `acknowledges` is the status with which it answers desired properties.
    """

    device: str
    doing: str
    body: str = ""
    every: float = 2.0
    connects: bool = True
    enabled: bool = True
    key: str = "own"  # or "another"
    clock: float = 0.0  # how many seconds it is behind
    connects_as: str = ""
    connects_to: str = ""
    clones: int = 0
    pause: float = 0.0  # seconds of silence after every tenth message
    tags: Mapping[str, Any] = field(default_factory=dict)
    desired: Mapping[str, Any] = field(default_factory=dict)
    reported: Mapping[str, Any] = field(default_factory=dict)
    acknowledges: int = 200
    model_id: str = ""


@dataclass(frozen=True)
class Scenario:
    """A site: its name, what can be seen there, and who lives in it. `geo_replicated` is the namespace of its hub."""

    name: str
    title: str
    residents: tuple[Resident, ...] = field(default=())
    geo_replicated: bool = False
