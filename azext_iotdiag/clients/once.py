"""A call that several threads need and that is made once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Makes a call when it is first needed. Later calls return the same result, or raise the same exception.

    `lock` is held meanwhile; calls that must not be made at the same time share one.
    """

    def __init__(self, call: Callable[[], T], lock: threading.Lock):
        self._call = call
        self._lock = lock
        self._result: tuple[T] | None = None
        self._raised: Exception | None = None

    def __call__(self) -> T:
        """The result of the one call."""
        with self._lock:
            if self._result is None and self._raised is None:
                try:
                    self._result = (self._call(),)
                except Exception as raised:  # for all that wait
                    self._raised = raised
        if self._result is None:
            assert self._raised is not None
            raise self._raised
        return self._result[0]

    @property
    def result(self) -> T | None:
        """What the call returned; None where it was not made yet, or raised."""
        return self._result[0] if self._result is not None else None
