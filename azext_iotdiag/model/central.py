"""What an IoT Central application says of its devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from azext_iotdiag.model.failure import Failure


@dataclass(frozen=True)
class CentralDevice:
    """A device as its application shows it, or why that could not be learnt: `known` is then None."""

    app: str
    device: str
    known: bool | None = None
    provisioned: bool = False
    enabled: bool = False
    template: str = ""
    name: str = ""
    simulated: bool = False
    failure: Failure | None = None


@dataclass(frozen=True)
class CentralFleet:
    """Counts of an application's devices, by the two things that make a status and by template.

    `examples` are some of those that cannot connect or have no template, by status.
    """

    app: str
    total: int = 0
    states: Mapping[tuple[bool, bool], int] = field(default_factory=dict)
    templates: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[tuple[bool, bool], tuple[str, ...]] = field(default_factory=dict)
    without_template: tuple[str, ...] = ()
    calls: int = 0
    failure: Failure | None = None
