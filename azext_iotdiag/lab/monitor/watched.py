"""What a lab remembers of a metric alert between two looks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field


@dataclass
class WatchedRule:
    """What a rule found so far. `since` is the time at which it fired, None where it does not fire now.

    `looked` is the time of the last look, and `good` the number of looks since then in which nothing was wrong.
    """

    looked: float
    since: float | None = None
    good: int = 0
    alert: str = field(default_factory=lambda: str(uuid.uuid4()))
