"""How the runner ends a check, whatever the check does."""

from __future__ import annotations

import itertools

import pytest

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.runner import run
from azext_iotdiag.model.check import Status
from azext_iotdiag.model.finding import Entry, fail, note, warn

ENTRY = Entry("a-code", "A title")
NOTE, WARN, FAIL = (make(ENTRY, make.__name__) for make in (note, warn, fail))
BLIND = fail(ENTRY, "something was in the way")
OTHER = fail(ENTRY, "and more")


def made(*steps):
    """A check that yields findings and raises exceptions in that order."""

    @check("It is well")
    def it_is_well(_fact):
        for step in steps:
            if isinstance(step, BaseException):
                raise step
            yield step

    return it_is_well


def judged(*checks, **facts):
    return list(run(checks, {"_fact": 1, **facts}, itertools.count().__next__))


@pytest.mark.parametrize(("steps", "status", "findings", "reason"), [
    ([], Status.PASS, (), ""),
    ([NOTE], Status.PASS, (NOTE,), ""),
    ([WARN, NOTE], Status.WARN, (WARN, NOTE), ""),
    ([NOTE, FAIL, WARN], Status.FAIL, (NOTE, FAIL, WARN), ""),
    ([CouldNotLook(BLIND)], Status.ERROR, (BLIND,), "something was in the way"),
    ([CouldNotLook(BLIND, OTHER)], Status.ERROR, (BLIND, OTHER), "something was in the way; and more"),
    ([WARN, CouldNotLook(BLIND)], Status.ERROR, (WARN, BLIND), "something was in the way"),
    ([FAIL, CouldNotLook(BLIND)], Status.FAIL, (FAIL, BLIND), "something was in the way"),
    ([KeyError("gone")], Status.ERROR, (), "KeyError: 'gone'"),
    ([WARN, ZeroDivisionError("by zero")], Status.ERROR, (WARN,), "ZeroDivisionError: by zero"),
    ([FAIL, ZeroDivisionError("by zero")], Status.FAIL, (FAIL,), "ZeroDivisionError: by zero"),
])  # fmt: skip
def test_endings(steps, status, findings, reason) -> None:
    (result,) = judged(made(*steps))
    assert (result.status, result.findings, result.reason) == (status, findings, reason)
    assert result.seconds == 1


def test_who_wants_to_stop_the_program_can() -> None:
    with pytest.raises(KeyboardInterrupt):
        judged(made(KeyboardInterrupt()))


def test_names() -> None:
    declared = made()
    assert (declared.name, declared.title, declared.after) == ("it-is-well", "It is well", ())


def test_a_missing_fact_is_a_reason_to_skip() -> None:
    @check("It")
    def it(present, absent, gone):
        raise AssertionError("must not run")

    (result,) = judged(it, present=None)
    assert (result.status, result.reason, result.findings) == (Status.SKIP, "not known: absent, gone", ())


@pytest.mark.parametrize(("steps", "runs"), [
    ([], True), ([WARN], True), ([FAIL], False), ([CouldNotLook(BLIND)], False), ([ValueError("crash")], False),
])  # fmt: skip
def test_after(steps, runs: bool) -> None:
    first = made(*steps)

    @check("Later", after=(first,))
    def later(_fact):
        return ()

    @check("Last", after=(later,))
    def last(_fact):
        return ()

    results = judged(first, later, last)
    assert [result.status for result in results[1:]] == [Status.PASS if runs else Status.SKIP] * 2
    if not runs:
        assert [result.reason for result in results[1:]] == ["it-is-well did not pass", "later did not pass"]
    # A check that was not run at all is in nobody's way.
    assert judged(later)[0].status is Status.PASS


def test_results_come_one_by_one() -> None:
    seen = []

    @check("Noisy")
    def noisy(_fact):
        seen.append("ran")
        return ()

    results = run([noisy, noisy], {"_fact": 1}, lambda: 0.0)
    assert seen == []
    next(results)
    assert seen == ["ran"]
