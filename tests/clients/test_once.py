"""A call that is made once, whoever asks, and whatever comes of it."""

from __future__ import annotations

import threading

import pytest

from azext_iotdiag.clients.once import Once

SECONDS = 10.0


def test_many_threads_make_one_call_and_get_what_it_gave() -> None:
    calls, got, go = [], [], threading.Event()

    def call() -> object:
        go.wait(SECONDS)
        calls.append(None)
        return object()

    once = Once(call, threading.Lock())
    threads = [threading.Thread(target=lambda: got.append(once())) for _ in range(8)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join(SECONDS)
    assert len(calls) == 1 and len(got) == 8 and len({id(each) for each in got}) == 1


def test_what_it_raised_is_raised_again_and_it_is_not_tried_again() -> None:
    calls = []

    def call() -> None:
        calls.append(None)
        raise ValueError("no token")

    once = Once(call, threading.Lock())
    for _ in range(3):
        with pytest.raises(ValueError, match="no token"):
            once()
    assert len(calls) == 1


def test_calls_with_one_lock_are_not_made_at_the_same_time() -> None:
    lock, running, most = threading.Lock(), [], []

    def call() -> None:
        running.append(None)
        most.append(len(running))
        threading.Event().wait(0.02)
        running.pop()

    threads = [threading.Thread(target=Once(call, lock)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert most == [1, 1, 1, 1]


def test_ctrl_c_is_no_result() -> None:
    told = iter([KeyboardInterrupt(), "token"])

    def call() -> str:
        said = next(told)
        if isinstance(said, KeyboardInterrupt):
            raise said
        return said

    once = Once(call, threading.Lock())
    with pytest.raises(KeyboardInterrupt):
        once()
    assert once() == "token"
