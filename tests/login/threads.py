"""Waiting until a thread of a test is where it should be."""

from __future__ import annotations

import sys
import threading
import time

SECONDS = 10.0


def wait_in(function: str, thread: threading.Thread) -> None:
    """Until a thread is in a function of that name."""
    until = time.monotonic() + SECONDS
    while True:
        frame = sys._current_frames().get(thread.ident or 0)
        while frame is not None:
            if frame.f_code.co_name == function:
                return
            frame = frame.f_back
        assert time.monotonic() < until, f"not in {function}"
        time.sleep(0.005)
