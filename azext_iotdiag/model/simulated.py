"""What became of a simulated device."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.failure import Failure


@dataclass(frozen=True)
class Simulated:
    """A device that was played: what ended it, None where nothing did, and what else went wrong meanwhile."""

    device: str
    failure: Failure | None = None
    troubles: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class Registered:
    """The identity that a hub handed out, or made, to be played."""

    hub: str
    device: str
