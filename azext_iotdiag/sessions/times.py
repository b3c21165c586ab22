"""What a session measures time with, and how often it does what it repeats: handed in, so that a test needs no wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Times:
    """Clocks and intervals of a session. All intervals are in seconds.

    Attributes:
        clock: gives seconds that only grow.
        now: gives seconds since 1970.
        sleep: waits.
        quiet: times since the start. A stream that has shown nothing by then says what is known of it.
        hub_look: from one look at a twin to the next. It is far below what a hub allows its callers.
        answer_look: from one look at a twin to the next while a device's answer is waited for.
        app_look: the same for the properties that IoT Central shows.
        progress: from one sign of progress to the next.
        fold: from one word to the next about findings that are like those shown.
    """

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    quiet: tuple[float, ...] = (10.0, 60.0, 300.0)
    hub_look: float = 2.0
    answer_look: float = 0.5
    app_look: float = 4.0
    progress: float = 0.2
    fold: float = 10.0

    def __deepcopy__(self, memo: object) -> Times:
        """Itself: az copies its data for each command, and a clock that was handed in stays one."""
        return self

    @property
    def milliseconds(self) -> int:
        """The time in milliseconds since 1970."""
        return int(self.now() * 1000)


USUAL = Times()
_KEY = "iot-diag times"


def of(data: Mapping[str, Any]) -> Times:
    """The times that a host program put into the data of its az, and the usual ones where it did not."""
    return data.get(_KEY) or USUAL


def handed_in(times: Times) -> dict[str, Times]:
    """What to put into the data of an az, so that its commands use these times."""
    return {_KEY: times}
