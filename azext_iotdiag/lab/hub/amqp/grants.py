"""What a connection may do: rights that tokens and passwords have proven, and when they end."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import NamedTuple

_SOON = 0.005  # seconds; a timer may run a little before the clock agrees


class _Grant(NamedTuple):
    resource: str
    rights: frozenset[str]
    expires: float


class Grants:
    """The rights of one connection. `expired` is called when one has ended, `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float], expired: Callable[[], None]):
        self._clock = clock
        self._expired = expired
        self._grants: dict[str, _Grant] = {}
        self._timer: asyncio.TimerHandle | None = None

    def add(self, resource: str, rights: frozenset[str], expires: float = math.inf) -> None:
        """Remember rights on a resource, until `expires`, in place of what was proven for it before."""
        self._grants[resource] = _Grant(resource, rights, expires)
        self._wait()

    def allow(self, right: str, covers: Callable[[str], bool]) -> bool:
        """Whether there is the right on a resource that `covers` finds sufficient."""
        now = self._clock()
        return any(
            right in grant.rights and grant.expires > now and covers(grant.resource) for grant in self._grants.values()
        )

    def __bool__(self) -> bool:
        """Whether anything was proven."""
        return bool(self._grants)

    def clear(self) -> None:
        """Forget all rights."""
        self._grants.clear()
        self.close()

    def close(self) -> None:
        """Wait for nothing any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self) -> None:
        self.close()
        first = min((grant.expires for grant in self._grants.values()), default=math.inf)
        if first < math.inf:
            delay = max(first - self._clock(), _SOON)
            self._timer = asyncio.get_running_loop().call_later(delay, self._end)

    def _end(self) -> None:
        now = self._clock()
        ended = [grant.resource for grant in self._grants.values() if grant.expires <= now]
        for resource in ended:
            del self._grants[resource]
        self._wait()
        if ended:
            self._expired()
