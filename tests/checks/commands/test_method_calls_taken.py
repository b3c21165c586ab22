"""Calls of methods that failed, as the log says it."""

from __future__ import annotations

from azext_iotdiag.checks.commands.method_calls_taken import METHODS
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.verdict import State
from tests.checks.logged import codes, judged, log, row


def test_a_failed_call_is_the_answer_where_methods_are_missed() -> None:
    rows = log(row(600, "send", "404103", category=METHODS))
    found = judged(rows, heard=30, came=20, goal=Goal.METHODS)
    assert found.link is not None and (found.link.value, codes(found.reasons)) == ("commands", ["hub-404103"])
    assert judged(rows, heard=30, came=20, goal=Goal.TELEMETRY).state is State.HEALTHY


def test_a_call_that_was_answered_later_shows_that_it_is_over() -> None:
    rows = log(row(600, "send", "404103", category=METHODS), row(300, "send", category=METHODS))
    assert codes(judged(rows, heard=30, came=20, goal=Goal.METHODS).reasons) == []
