"""When a stream has shown nothing for so long that a person should hear what is known. No clock is read here."""

from __future__ import annotations

from collections.abc import Iterable


class QuietTimes:
    """Call `due` now and then: it is true once for each of the moments, and never again after a message was shown.

    `moments` are in seconds since `started`.
    """

    def __init__(self, started: float, moments: Iterable[float]):
        self._left = [started + seconds for seconds in moments]

    def due(self, now: float, shown: int) -> bool:
        """Whether to speak at this moment; `shown` is how many messages were shown so far."""
        if shown:
            self._left.clear()
        if not self._left or now < self._left[0]:
            return False
        self._left = [moment for moment in self._left if moment > now]
        return True
