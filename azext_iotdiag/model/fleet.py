"""Many devices of a hub: a row for each, or counts of them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.identity import Identity

MOST_EXAMPLES = 10


class Filters(NamedTuple):
    """Which devices are meant. `condition` is what stands behind WHERE in a query of the hub, empty for all.

    `status` is connected, disconnected, never-connected or disabled; `model` a model's id, or "none". `quiet_since` is
    in milliseconds since 1970.
    """

    condition: str = ""
    status: str = ""
    model: str = ""
    quiet_since: int | None = None


class Row(NamedTuple):
    """A device of a list: what its hub shows of it, and its tags. `sure` is False where quiet cannot be told."""

    identity: Identity
    tags: Mapping[str, Any]
    sure: bool = True


@dataclass(frozen=True)
class Fleet:
    """Counts of a hub's devices, each made by the hub itself at about the same time, and some of those to look at.

    `total` is None where nothing could be counted. `connected`, `disconnected`, `never` and `disabled` are None where
    the hub did not tell; `disconnected` leaves out those that never were connected. `calls` is how many requests it
    took; `failures` what could not be counted, and why.
    """

    hub: str
    total: int | None = None
    connected: int | None = None
    disconnected: int | None = None
    never: int | None = None
    disabled: int | None = None
    authentication: Mapping[str, int] = field(default_factory=dict)
    models: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[str, tuple[Identity, ...]] = field(default_factory=dict)
    calls: int = 0
    failures: Mapping[str, Failure] = field(default_factory=dict)
