"""`lab watch`: what happens in a lab, piece by piece as it happens, as a session."""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from azext_iotdiag.lab.process import control
from azext_iotdiag.lab.process.errors import LabUnanswered
from azext_iotdiag.model.ending import End

LOOK_SECONDS = 0.3  # from one question to the next

Form = Callable[[Any], bytes]


class WatchBegun(NamedTuple):
    """Watching begins."""

    name: str


class Missed(NamedTuple):
    """So many pieces of news came too fast to be shown."""

    count: int


class WatchEnded(NamedTuple):
    """Watching is over. `stopped` tells whether a person ended it, and the lab runs on."""

    stopped: bool


Event = WatchBegun | Missed | WatchEnded


class News:
    """The news of a lab: bytes as `form` makes them, None where none is left for now, and events.

    `device` is a pattern of the ids that are meant, None for all. `duration` is in seconds, None for no limit.
    `routine` says whether routine records are wanted, too. Iterate it once, and then what `end` gives.
    """

    def __init__(
        self,
        name: str,
        reached: Mapping[str, Any],
        form: Form,
        device: str | None = None,
        duration: float | None = None,
        *,
        routine: bool = False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self._name, self._reached, self._form = name, reached, form
        self._device, self._duration, self._routine = device, duration, routine
        self._clock, self._sleep = clock, sleep

    def __iter__(self) -> Iterator[bytes | Event | None]:
        """The news until the time is up or the lab has ended."""
        yield WatchBegun(self._name)
        position, ends = None, self._clock() + self._duration if self._duration else float("inf")
        while self._clock() < ends:
            try:
                answer = control.ask(self._reached, "news", since=position, routine=self._routine)
            except LabUnanswered:
                return
            position = answer["position"]
            if answer["missed"]:
                yield Missed(answer["missed"])
            yield from (self._form(each) for each in answer["news"] if self._means(each["who"]))
            yield None
            self._sleep(max(min(LOOK_SECONDS, ends - self._clock()), 0))

    def _means(self, who: str) -> bool:
        return self._device is None or fnmatch.fnmatchcase(who.partition("/")[0], self._device)

    def end(self, stopped: End | None) -> Iterator[Event]:
        """What it came to; `stopped` says how a person ended it, None where none did."""
        yield WatchEnded(stopped is not None)
