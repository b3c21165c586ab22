"""The verdict: from results of checks and facts to the first broken link, why, and the exit code. For every command."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from azext_iotdiag.checks import catalogue, ends, next_steps
from azext_iotdiag.checks.conditions import causes_left
from azext_iotdiag.checks.runner import run
from azext_iotdiag.model.check import CheckResult, Link, Status
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.verdict import Certainty, Diagnosis, Reason, Standing, State, Verdict

_DECIDED = (Status.PASS, Status.WARN, Status.FAIL)


def diagnose(links: Iterable[Link], facts: Facts, clock: Callable[[], float]) -> Diagnosis:
    """Judge the facts with all checks of these links. Checks whose facts were not measured are left out."""
    judged = [result for result in run(catalogue.of(*links), facts, clock) if result.was_asked]
    ordered = tuple(sorted(judged, key=_place))
    return Diagnosis(ordered, decide(ordered, facts))


def decide(results: tuple[CheckResult, ...], facts: Facts) -> Verdict:
    """The verdict on results, which stand in the order of the data's way."""
    decided = frozenset(result.check.name for result in results if result.status in _DECIDED)

    def reasons(chosen: Iterable[CheckResult], *severities: Severity) -> tuple[Reason, ...]:
        return tuple(
            Reason(finding, causes_left(finding.entry, facts, decided))
            for result in chosen
            for finding in result.findings
            if finding.severity in severities
        )

    failed = [result for result in results if result.status is Status.FAIL]
    blind = [result for result in results if result.status is Status.ERROR]
    of_payload = ends.state_of(facts)
    broken = _link(failed[0]) if failed else Link.PAYLOAD if of_payload is State.BROKEN else None
    here = [result for result in failed if _link(result) is broken]
    elsewhere = [result for result in results if result not in here and result not in blind]
    why = reasons(here, Severity.FAIL)
    undetermined = bool(blind) or of_payload is State.UNDETERMINED
    state = State.BROKEN if broken else State.UNDETERMINED if undetermined else State.HEALTHY
    return Verdict(
        state,
        ends.exit_code(state, facts),
        _certainty(why) if failed else Certainty.SURE,
        broken,
        _proven(results, broken),
        why,
        reasons(elsewhere, Severity.FAIL, Severity.WARN),
        reasons(blind, Severity.FAIL, Severity.WARN),
        next_steps.after(results),
    )


def _link(result: CheckResult) -> Link:
    return catalogue.link_of(result.check.name)


def _place(result: CheckResult) -> int:
    return _link(result).place


def _proven(results: Iterable[CheckResult], broken: Link | None) -> Link | None:
    """The last link before the broken one at which a check passed."""
    before = [
        link
        for result in results
        if result.status in (Status.PASS, Status.WARN)
        for link in [_link(result)]
        if not link.of_observer and (broken is None or link.place < broken.place)
    ]
    return max(before, key=lambda link: link.place, default=None)


def _certainty(reasons: tuple[Reason, ...]) -> Certainty:
    """Sure where one cause is left, or proven; open where the facts leave several."""
    if not reasons:
        return Certainty.OPEN
    causes = reasons[0].causes
    proven = [cause for cause, standing in causes if standing is Standing.PROVEN]
    return Certainty.SURE if len(causes) <= 1 or len(proven) == 1 else Certainty.OPEN
