"""A deadline for a call of code that has none, such as az's or an SDK's. A late call is left behind in its thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


class Late(Exception):
    """The call did not come back in time. Its thread goes on, and ends with the process."""


def within(call: Callable[[], Result], seconds: float, name: str = "bounded call") -> Result:
    """What a call returns within so many seconds; what it raises is raised here. Raises Late."""
    returned: list[Result] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            returned.append(call())
        except BaseException as broken:  # SystemExit, too: all that ends the call is for the one who waits
            raised.append(broken)

    thread = threading.Thread(target=run, name=name, daemon=True)
    thread.start()
    thread.join(max(seconds, 0.0))
    if raised:
        raise raised[0]
    if not returned:
        raise Late
    return returned[0]
