"""A limit of computing time for what a stranger's text may keep busy for ever, such as a regular expression.

Python's `re` gives way to no thread, but it looks for signals while it works. So a timer that counts computing time
ends it, on the main thread of Linux and macOS. Elsewhere there is no such timer, and `available` says so.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class OutOfTime(Exception):
    """The work took longer than it was given."""


def available() -> bool:
    """Whether `limit` can end work here: the system has such a timer, and this is the thread that gets signals."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Raise OutOfTime in the block after so many seconds of computing, however busy the machine is with other work."""

    def late(number: int, frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGVTALRM, late)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)
