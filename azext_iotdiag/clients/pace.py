"""No more requests in any minute than a service allows, so that it never has to refuse one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from azext_iotdiag.clients.deadlines import Clock, usual

WINDOW_SECONDS = 60.0


class Pace:
    """Lets `per_minute` requests through in any 60 seconds, the first of them at once.

    `clock` counts seconds and waits; `said` hears of each wait of more than a few seconds, in seconds.
    """

    def __init__(
        self,
        per_minute: int,
        *,
        said: Callable[[float], None] = lambda seconds: None,
        clock: Clock | None = None,
    ):
        self.calls = 0
        self.per_minute = max(per_minute, 1)
        self._said = said
        self._clock = clock or usual().clock
        self._recent: deque[float] = deque()

    def wait(self) -> None:
        """Wait until one more request is allowed, and count it."""
        while True:
            now = self._clock.monotonic()
            while self._recent and self._recent[0] <= now - WINDOW_SECONDS:
                self._recent.popleft()
            if len(self._recent) < self.per_minute:
                break
            self._pause(self._recent[0] + WINDOW_SECONDS - now)
        self._recent.append(now)
        self.calls += 1

    def refused(self) -> None:
        """The service refused a request after all, since others ask it, too: wait for a minute without any."""
        self._pause(WINDOW_SECONDS)
        self._recent.clear()

    def seconds_for(self, calls: int) -> float:
        """How long so many requests take at least, from now on with none before."""
        return max(calls - 1, 0) // self.per_minute * WINDOW_SECONDS

    def _pause(self, seconds: float) -> None:
        if seconds > 5:
            self._said(seconds)
        self._clock.sleep(max(seconds, 0.01))
