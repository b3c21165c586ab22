"""How many requests a hub takes: the limits of tier S1 for a number of units, or none.

https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-quotas-throttling
"""

from __future__ import annotations

from collections import deque

QUERIES, REGISTRY, TWIN_READS = "queries", "registry", "twin reads"
_LIMITS = {QUERIES: (20, 60.0, True), REGISTRY: (100, 60.0, True), TWIN_READS: (100, 1.0, False)}


class Throttles:
    """Counts requests by kind. A hub lets bursts wait before it refuses any; the lab refuses what is beyond the limit,
    so that a client within the limit is never refused, and a client beyond it always is.

    Each limit is for so many seconds, and for each unit or for the whole hub.
    """

    def __init__(self, units: int = 0):
        self._units = units
        self._recent: dict[str, deque[float]] = {kind: deque() for kind in _LIMITS}
        self.refused = 0

    def allows(self, kind: str, now: float) -> bool:
        """Whether one more request of a kind is taken; `now` is in seconds."""
        limit, seconds, each_unit = _LIMITS[kind]
        recent = self._recent[kind]
        while recent and not now - seconds < recent[0] <= now:  # the clock may have gone back
            recent.popleft()
        if self._units and len(recent) >= limit * (self._units if each_unit else 1):
            self.refused += 1
            return False
        recent.append(now)
        return True


def kind_of(method: str, path: tuple[str, ...]) -> str:
    """Which limit a request counts against, empty where none of these."""
    first = path[0].lower()
    if first == "devices" and path[1:2] == ("query",):
        return QUERIES
    if first == "twins" and method == "GET":
        return TWIN_READS
    return REGISTRY if first == "devices" and len(path) <= 2 else ""
