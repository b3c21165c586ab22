"""Silence, and less than was asked for, are problems."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.runner import run
from azext_iotdiag.checks.stream.messages_came import messages_came
from tests.checks.judging import finding, newest, request, stream, verdict


@pytest.mark.parametrize(("shown", "count", "expected"), [
    (1, None, ("pass", [])),
    (5, 5, ("pass", [])),
    (6, 5, ("pass", [])),
    (4, 5, ("fail", [("fewer-than-asked", "fail")])),
    (0, 5, ("fail", [("nothing-came", "fail")])),
    (0, None, ("fail", [("nothing-came", "fail")])),
])  # fmt: skip
def test_verdict(shown, count, expected) -> None:
    assert verdict(messages_came, stream=stream(), request=request(shown, count)) == expected


def test_words() -> None:
    nothing = finding(messages_came, stream=stream(), request=request())
    assert nothing.message == "no message came in 3 s from 2 partitions"
    assert nothing.evidence == {"partitions": 2, "seconds": 3.0}
    last = finding(messages_came, stream=newest(500, 125, None), request=request())
    assert last.message == (
        "no message came in 3 s from 3 partitions; "
        "the newest one, on partition 1, is of 2023-11-14T22:11:15Z, 2 min ago"
    )
    fewer = finding(messages_came, stream=stream(), request=request(4, 5))
    assert fewer.message == "4 of 5 messages came in 3 s"
    assert fewer.evidence == {"came": 4, "asked": 5, "seconds": 3.0}


def test_whoever_left_early_is_not_judged() -> None:
    (result,) = run([messages_came], {"stream": stream()}, lambda: 0.0)
    assert (result.status.value, result.reason) == ("skip", "not known: request")
