"""When a stream has shown nothing for so long that a person should hear what is known. No clock is read here."""

from __future__ import annotations

MOMENTS = (10.0, 60.0, 300.0)  # seconds without anything to show, since the start


class Quiet:
    """Call `due` now and then: it is true once for each of the moments, and never again after a message was shown."""

    def __init__(self, started: float):
        self._left = [started + seconds for seconds in MOMENTS]

    def due(self, now: float, shown: int) -> bool:
        """Whether to speak at this moment; `shown` is how many messages were shown so far."""
        if shown:
            self._left.clear()
        if not self._left or now < self._left[0]:
            return False
        self._left = [moment for moment in self._left if moment > now]
        return True
