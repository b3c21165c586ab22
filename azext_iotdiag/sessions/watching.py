"""Watches a device for a while: its state and its newest messages, look after look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from azext_iotdiag.clients.connections import Connections
from azext_iotdiag.model.facts import Fact, Facts
from azext_iotdiag.model.observed import Observed, WatchAsked
from azext_iotdiag.probes.context import Context

LOOKED_AT = ("identity", "newest_messages")
MOST_LOOKS = 60  # the requests of a hub are few for all its callers
SHORTEST_SECONDS = 5.0  # from one look to the next
_LOOK_SECONDS = 10.0  # that one look may take
_OVERLAP_SECONDS = 30  # of the messages that two looks read, because a message may be shown late

Gather = Callable[..., Iterator[tuple[str, Fact[Any]]]]


class DeviceWatch:
    """Looks until the time is over, or until the first sign where that is waited for. Iterate it once.

    It yields the facts of each look. `observed` is what it came to so far.
    """

    def __init__(self, context: Context, known: Facts, asked: WatchAsked, measure: Gather):
        self._context = context
        self._known = {name: fact for name, fact in known.items() if name not in LOOKED_AT}
        self._asked = asked
        self._measure = measure
        self._began = context.now()
        self._was_connected = False
        self.observed = Observed(context.device(known), 0.0, waited=asked.waits)

    def __iter__(self) -> Iterator[Facts]:
        context, asked = self._context, self._asked
        between = max(SHORTEST_SECONDS, asked.seconds / MOST_LOOKS)
        end = context.clock() + asked.seconds
        while not self._is_over(end):
            self._context.deadlines.clock.sleep(max(min(between, end - context.clock()), 0.0))
            found = self._look(between)
            self._take(found)
            yield found

    def _is_over(self, end: float) -> bool:
        seen = self.observed
        came = seen.came is not None or (seen.heard is not None and self._context.messages is None)
        return self._context.clock() >= end or (self._asked.waits and came)

    def _look(self, between: float) -> Facts:
        typed = replace(self._context.typed, windows=(int(between) + _OVERLAP_SECONDS,))
        context = replace(self._context, typed=typed, stop=threading.Event(), connections=Connections())
        return dict(self._measure(LOOKED_AT, context, known=self._known, seconds=_LOOK_SECONDS))

    def _take(self, found: Facts) -> None:
        seen, since = self.observed, int(self._began * 1000)
        identity, newest = (found[name].value if name in found else None for name in LOOKED_AT)
        left = seen.left
        if identity is not None:
            left += self._was_connected and not identity.connected
            self._was_connected = identity.connected
        signs = (identity.last_activity, identity.reported) if identity is not None else ()
        self.observed = replace(
            seen,
            seconds=self._context.now() - self._began,
            looks=seen.looks + 1,
            blind=seen.blind + (identity is None and newest is None),
            left=left,
            came=_later(seen.came, newest.came if newest is not None else None, since),
            heard=_later(seen.heard, max((each for each in signs if each is not None), default=None), since),
        )


def _later(so_far: int | None, moment: int | None, since: int) -> int | None:
    """The later of two times, of which only one since the watch began counts."""
    if moment is None or moment < since:
        return so_far
    return moment if so_far is None else max(so_far, moment)
