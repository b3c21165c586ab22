"""When a step that failed is tried again: the one policy, of which each kind of step has its own numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from azext_iotdiag.model.failure import Failure, Kind


@dataclass(frozen=True)
class RetryPolicy:
    """How often, for how long and after which pauses a step is tried again.

    Attributes:
        tries: that may fail in a row before anything has worked.
        seconds: for all tries together, after what worked before has failed.
        pauses: seconds after the first failed try, the second, ...; the last one stays.
        longest: seconds, however long the service asks to wait.
        spread: the share by which chance makes a pause of ours shorter or longer, so that many do not come at once.
    """

    tries: int
    seconds: float
    pauses: tuple[float, ...]
    longest: float = math.inf
    spread: float = 0.0

    def pause(self, tries: int, asked: float, chance: Callable[[float, float], float]) -> float:
        """Seconds to wait after so many failed tries. `asked` is what the service asks for, 0 for nothing.

        `chance` gives a number between two.
        """
        own = self.pauses[min(tries, len(self.pauses)) - 1]
        if self.spread:
            own *= chance(1 - self.spread, 1 + self.spread)
        return max(own, min(asked, self.longest))

    def goes_on(self, failure: Failure, tries: int, *, opened: bool, since: float) -> bool:
        """Whether what failed is tried again. `opened` tells that it worked before, until `since` seconds ago."""
        return since < self.seconds if opened else tries < self.tries and failure.transient

    def link_goes_on(self, failure: Failure, tries: int, *, opened: bool, since: float) -> bool:
        """The same of one link on a connection that stays, where some failures say that another try is of no use."""
        # Of a link that was open, the service may count one that it has not found out to be gone.
        own = failure.kind is Kind.TOO_MANY and opened
        if failure.lasting and not own:
            return False
        if failure.kind is Kind.STALLED:
            return tries == 1
        if failure.kind is Kind.UNANSWERED and not failure.transient:
            return False
        return self.goes_on(failure, tries, opened=opened, since=since)
