"""Deadlines are values: those that a caller applies reach what is made meanwhile, and nothing else."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from azext_iotdiag.clients.deadlines import Deadlines, applying, usual
from azext_iotdiag.clients.http import Http


def test_what_a_caller_applies_holds_while_it_does() -> None:
    before = usual()
    with applying(Deadlines(request=0.5)):
        made = Http("hub.example")
        with applying(Deadlines(request=0.1)):
            assert usual().request == 0.1
        assert usual().request == 0.5
    assert usual() is before and before == Deadlines()
    assert made._deadlines.request == 0.5, "what was made keeps its own"


def test_what_is_handed_in_goes_before_what_is_applied() -> None:
    with applying(Deadlines(request=0.5)):
        assert Http("hub.example", deadlines=Deadlines(request=3.0))._deadlines.request == 3.0


def test_deadlines_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        usual().request = 1.0  # type: ignore[misc]


def test_a_large_body_has_more_time_but_not_for_ever() -> None:
    deadlines = Deadlines(request=12.0, slowest=1000, longest=20.0)
    assert [deadlines.for_answer(size) for size in (0, 4000, 10**9)] == [12.0, 16.0, 20.0]
