"""A call gets a deadline, and is left behind when it is late."""

from __future__ import annotations

import threading
import time

import pytest

from azext_iotdiag import bounded


def test_it_returns_what_the_call_returns() -> None:
    assert bounded.within(lambda: None, 5) is None
    assert bounded.within(lambda: [1], 5) == [1]


@pytest.mark.parametrize("error", [ValueError("x"), SystemExit(3), KeyboardInterrupt()])
def test_it_raises_what_the_call_raises(error: BaseException) -> None:
    def call() -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        bounded.within(call, 5)
    assert raised.value is error


@pytest.mark.parametrize("seconds", [0.05, 0.0, -1.0])
def test_a_late_call_is_left_behind(seconds: float) -> None:
    over = threading.Event()
    started = time.monotonic()
    with pytest.raises(bounded.Late):
        bounded.within(lambda: over.wait(30), seconds, "a late one")
    assert time.monotonic() - started < 5
    (left,) = [thread for thread in threading.enumerate() if thread.name == "a late one"]
    assert left.daemon  # so that it does not keep the process alive
    over.set()
    left.join(5)
