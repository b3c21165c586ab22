"""Runs checks, each after those that it builds on, and yields each result as soon as it is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from azext_iotdiag.checks.declare import CouldNotLook, DoesNotApply
from azext_iotdiag.model.check import Check, CheckResult, Need, Skip, SkipReason, Status
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.finding import Finding, Severity

_STATUS = {Severity.NOTE: Status.PASS, Severity.WARN: Status.WARN, Severity.FAIL: Status.FAIL}


def run(checks: Iterable[Check], facts: Facts, clock: Callable[[], float]) -> Iterator[CheckResult]:
    """Judge the facts with each check. `clock` counts seconds.

    A check gets what its parameters name: the value of a fact, or the whole Fact where the annotation says so. A check
    that wants the value is skipped where the fact has none.
    """
    stopped: set[str] = set()  # the checks behind which nothing makes sense
    for check in _in_order(tuple(checks)):
        result = _run(check, facts, stopped, clock)
        blocked = result.skip is not None and result.skip.why is SkipReason.BLOCKED
        if blocked or result.status in (Status.FAIL, Status.ERROR):
            stopped.add(check.name)
        yield result


def _in_order(checks: tuple[Check, ...]) -> Iterator[Check]:
    """Each after those of the others that it builds on, and otherwise as they stand."""
    by_name = {check.name: check for check in checks}
    done: set[str] = set()

    def visit(check: Check) -> Iterator[Check]:
        if check.name in done:
            return
        done.add(check.name)
        for earlier in check.after:
            if earlier in by_name:
                yield from visit(by_name[earlier])
        yield check

    for check in checks:
        yield from visit(check)


def _run(check: Check, facts: Facts, stopped: Collection[str], clock: Callable[[], float]) -> CheckResult:
    if skip := _skipped(check, facts, stopped):
        return _left_out(check, skip)
    given = {need.name: _given(need, facts) for need in check.needs if need.name in facts}
    started = clock()
    findings: list[Finding] = []
    in_the_way: tuple[Finding, ...] = ()
    reason = ""
    try:
        findings.extend(check.run(**given))
    except DoesNotApply as nothing:
        return _left_out(check, Skip(SkipReason.NOT_APPLICABLE, nothing.fact))
    except CouldNotLook as blind:
        in_the_way, reason = blind.findings, str(blind)
    except Exception as crash:  # a crashed check is a result, never the end of the run
        reason = f"{type(crash).__name__}: {crash}"
    # What was found before the check went blind or crashed stays found.
    statuses = [Status.ERROR if reason else Status.PASS, *(_STATUS[finding.severity] for finding in findings)]
    worst = max(statuses, key=lambda status: status.rank)
    return CheckResult(check, worst, (*findings, *in_the_way), reason, clock() - started)


def _left_out(check: Check, skip: Skip) -> CheckResult:
    return CheckResult(check, Status.SKIP, reason=str(skip), skip=skip)


def _skipped(check: Check, facts: Facts, stopped: Collection[str]) -> Skip | None:
    needs = [need for need in check.needs if not need.optional]
    if missing := [need.name for need in needs if need.name not in facts]:
        return Skip(SkipReason.NOT_MEASURED, ", ".join(missing))
    if before := [earlier for earlier in check.after if earlier in stopped]:
        return Skip(SkipReason.BLOCKED, before[0])
    values = [need for need in needs if not need.whole]
    if failed := [need.name for need in values if facts[need.name].failure is not None]:
        return Skip(SkipReason.NOT_MEASURED, ", ".join(failed))
    if absent := [need.name for need in values if facts[need.name].value is None and not need.nullable]:
        return Skip(SkipReason.NOT_APPLICABLE, ", ".join(absent))
    return None


def _given(need: Need, facts: Facts) -> Any:
    return facts[need.name] if need.whole else facts[need.name].value
