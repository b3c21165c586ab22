"""Several calls of one probe at the same time, in threads that keep no process alive."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def at_once(calls: Sequence[Callable[[], T]]) -> tuple[T, ...]:
    """What the calls return, in their order. Each must end by itself. The first exception is raised here."""
    results: dict[int, T] = {}
    raised: dict[int, BaseException] = {}

    def run(number: int) -> None:
        try:
            results[number] = calls[number]()
        except BaseException as broken:  # for the one who waits
            raised[number] = broken

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[min(raised)]
    return tuple(results[number] for number in range(len(calls)))
