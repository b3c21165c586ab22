"""How the runner ends a check, whatever the check does."""

from __future__ import annotations

import itertools

import pytest

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.runner import run
from azext_iotdiag.model.check import Skip, SkipReason, Status
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Entry, fail, note, warn
from tests.checks.judging import known

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
    return list(run(checks, known(_fact=1, **facts), itertools.count().__next__))


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
    assert result.skip == Skip(SkipReason.NOT_MEASURED, "absent, gone")
    assert not result.was_asked


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
        assert [result.skip for result in results[1:]] == [
            Skip(SkipReason.BLOCKED, "it-is-well"),
            Skip(SkipReason.BLOCKED, "later"),
        ]
    # A check that was not run at all is in nobody's way.
    assert judged(later)[0].status is Status.PASS


def test_results_come_one_by_one() -> None:
    seen = []

    @check("Noisy")
    def noisy(_fact):
        seen.append("ran")
        return ()

    results = run([noisy], known(_fact=1), lambda: 0.0)
    assert seen == []
    next(results)
    assert seen == ["ran"]


def test_checks_run_after_those_that_they_build_on() -> None:
    first = made()

    @check("Later", after=(first,))
    def later(_fact):
        return ()

    assert [result.check for result in judged(later, first)] == [first, later]


SILENT = Failure(Kind.SILENT, "the answer", "h", 443)


@pytest.mark.parametrize(("value", "skip"), [
    (5, None), (SILENT, Skip(SkipReason.NOT_MEASURED, "number")), (None, Skip(SkipReason.NOT_APPLICABLE, "number")),
])  # fmt: skip
def test_a_check_that_wants_a_value_is_skipped_where_the_fact_has_none(value, skip) -> None:
    @check("Wants a value")
    def wants_a_value(number: int):
        assert number == 5
        return ()

    (result,) = judged(wants_a_value, number=value)
    assert result.skip == skip
    assert result.status is (Status.SKIP if skip else Status.PASS)


@pytest.mark.parametrize("value", [5, SILENT, None])
def test_a_check_that_wants_the_fact_gets_it_failed_or_not(value) -> None:
    seen = []

    @check("Wants the fact")
    def wants_the_fact(number: Fact[int]):
        seen.append(number.failure or number.value)
        return ()

    judged(wants_the_fact, number=value)
    assert seen == [value]


@pytest.mark.parametrize(("facts", "given"), [({}, 7), ({"number": 5}, 5), ({"number": None}, None)])
def test_a_fact_with_a_default_need_not_be_measured(facts, given) -> None:
    seen = []

    @check("May have it")
    def may_have_it(number: int | None = 7):
        seen.append(number)
        return ()

    judged(may_have_it, **facts)
    assert seen == [given]
