"""Runs checks in order and yields each result as soon as it is known."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from azext_iotdiag.checks.declare import CouldNotLook
from azext_iotdiag.model.check import Check, CheckResult, Status
from azext_iotdiag.model.finding import Finding, Severity

_STATUS = {Severity.NOTE: Status.PASS, Severity.WARN: Status.WARN, Severity.FAIL: Status.FAIL}


def run(checks: Iterable[Check], facts: Mapping[str, Any], clock: Callable[[], float]) -> Iterator[CheckResult]:
    """Judge the facts with each check; a check gets the facts that its parameters name. `clock` counts seconds."""
    ended: dict[str, Status] = {}
    for check in checks:
        result = _run(check, facts, ended, clock)
        ended[check.name] = result.status
        yield result


def _run(
    check: Check, facts: Mapping[str, Any], ended: Mapping[str, Status], clock: Callable[[], float]
) -> CheckResult:
    wanted = inspect.signature(check.run).parameters
    missing = [name for name in wanted if name not in facts]
    if missing:
        return CheckResult(check, Status.SKIP, reason=f"not known: {', '.join(missing)}")
    for earlier in check.after:
        if ended.get(earlier, Status.PASS) not in (Status.PASS, Status.WARN):
            return CheckResult(check, Status.SKIP, reason=f"{earlier} did not pass")
    started = clock()
    findings: list[Finding] = []
    in_the_way: tuple[Finding, ...] = ()
    reason = ""
    try:
        findings.extend(check.run(**{name: facts[name] for name in wanted}))
    except CouldNotLook as blind:
        in_the_way, reason = blind.findings, str(blind)
    except Exception as crash:  # a crashed check is a result, never the end of the run
        reason = f"{type(crash).__name__}: {crash}"
    # What was found before the check went blind or crashed stays found.
    statuses = [Status.ERROR if reason else Status.PASS, *(_STATUS[finding.severity] for finding in findings)]
    worst = max(statuses, key=lambda status: status.rank)
    return CheckResult(check, worst, (*findings, *in_the_way), reason, clock() - started)
