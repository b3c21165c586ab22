"""Clocks that a test sets, as the one value that clients and sessions are handed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from azext_iotdiag.clients.deadlines import Clock, Deadlines


def deadlines(
    now: Callable[[], float] = time.time,
    seconds: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    **intervals: Any,
) -> Deadlines:
    """The usual deadlines with these clocks. `now` is since 1970, `seconds` of clients and sessions only grow."""
    return Deadlines(clock=Clock(now, seconds, sleep), session_clock=seconds, **intervals)
