"""Findings for a person: what was seen, why that may be, what to do."""

from __future__ import annotations

import pytest

from azext_iotdiag.knowledge import catalogue
from azext_iotdiag.model.check import Check, CheckResult, Skip, SkipReason, Status
from azext_iotdiag.model.finding import Cause, Entry, Finding, Place, Severity, fail, note, warn
from azext_iotdiag.model.verdict import Diagnosis, Reason, Standing, State, Verdict
from azext_iotdiag.render import text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.wrapping import wrapped

CHECK = Check("it-is-well", "It is well", lambda: ())
ONE = Entry("one-cause", "It is broken", (Cause("Because.", ("Do `this`.", "Or that.")),))
TWO = Entry("two-causes", "It is worse", (Cause("One.", ("Do.",)), Cause("Two.", ("Look.",))))
MESSAGE = "from this machine to h.example:5671, this step failed after 10 s: a step (cbs:401: no)"


def problems(*results: CheckResult) -> list[str]:
    """The lines for a verdict on these results, which leaves all causes open, and tells none of a warning."""

    def causes(finding: Finding):
        told = finding.entry.causes if finding.severity is Severity.FAIL else ()
        return tuple((cause, Standing.OPEN) for cause in told)

    def reasons(*statuses: Status):
        return tuple(
            Reason(finding, causes(finding))
            for result in results
            if result.status in statuses
            for finding in result.findings
            if finding.severity is not Severity.NOTE
        )

    failed, also, blind = reasons(Status.FAIL), reasons(Status.PASS, Status.WARN), reasons(Status.ERROR)
    verdict = Verdict(State.BROKEN, 4, reasons=failed, also=also, blind=blind)
    return list(text.problems(Diagnosis(results, verdict)))


def result(status: Status, *findings: Finding, reason: str = "") -> CheckResult:
    return CheckResult(CHECK, status, findings, reason)


def test_golden(golden) -> None:
    """Every entry that a check reports as a failure, and every way a check ends without a finding."""
    ours = [entry for entry in catalogue.ALL if Place.TOOL in entry.places]
    told = [line for entry in ours for line in (*problems(result(Status.FAIL, fail(entry, MESSAGE))), "")]
    told += problems(result(Status.WARN, warn(ONE, MESSAGE)))
    told += problems(result(Status.PASS, note(ONE, MESSAGE)))
    told += problems(result(Status.ERROR, fail(TWO, MESSAGE), reason=MESSAGE))
    told += problems(result(Status.ERROR, reason="ValueError: crashed"))
    golden("findings.txt", "\n".join(told) + "\n")


@pytest.mark.parametrize(("given", "lines"), [
    (result(Status.PASS), []),
    (CheckResult(CHECK, Status.SKIP, reason="x did not pass", skip=Skip(SkipReason.BLOCKED, "x")), []),
    (result(Status.PASS, note(ONE, "fine")), []),
    (result(Status.WARN, warn(ONE, "hm")), ["! It is broken [one-cause]", "  hm"]),
    (result(Status.FAIL, fail(ONE, "no")), [
        "× It is broken [one-cause]", "  no", "  Because.", "  → Do `this`.", "  → Or that."]),
    (result(Status.ERROR, fail(TWO, "blind"), reason="blind"), [
        "? It is worse [two-causes]", "  blind", "  It may be one of these:", "  1. One.", "     → Do.", "  2. Two.",
        "     → Look."]),
    (result(Status.ERROR, reason="KeyError: 'x'\n"), ["? It is well: KeyError: 'x'\\n"]),
    (result(Status.FAIL, fail(Entry("bare", "Bare"), "no"), reason="KeyError: 'x'"), [
        "× Bare [bare]", "  no", "? It is well: KeyError: 'x'"]),
])  # fmt: skip
def test_problems(given: CheckResult, lines: list[str]) -> None:
    assert problems(given) == lines


def test_causes_are_told_once() -> None:
    """32 partitions may fail for the same reason."""
    twice = result(Status.FAIL, fail(ONE, "first"), fail(ONE, "second"))
    told = problems(twice, result(Status.FAIL, fail(ONE, "third")))
    assert [line.strip() for line in told].count("Because.") == 1
    assert told[-4:] == ["× It is broken [one-cause]", "  second", "× It is broken [one-cause]", "  third"]
    # A warning tells no causes, so a failure of the same kind after it still does.
    assert "  Because." in problems(result(Status.FAIL, warn(ONE, "first"), fail(ONE, "second")))


@pytest.mark.parametrize("severity", [Severity.WARN, Severity.FAIL])
def test_a_message_cannot_steer_the_terminal(severity: Severity) -> None:
    told = problems(result(Status.FAIL, Finding(ONE, severity, "\x1b[2J\x9b \u202e\nx")))
    assert told[1] == "  \\x1b[2J\\x9b \\u202e\\nx"


def test_long_lines_are_broken_between_words_only() -> None:
    command = "az-" + "x" * 150
    entry = Entry("long", "Long", (Cause("Word " * 60 + "end.", (f"Run `{command}` now, and then wait for it.",)),))
    told = problems(result(Status.FAIL, fail(entry, "word " * 60)))
    assert any(f"`{command}`" in line for line in told)
    broken = [part for line in told for part in wrapped(line, 80)]
    assert all(len(part) <= 80 or command in part for part in broken)
    assert sum(part.count("Word") for part in broken) == 60


@pytest.mark.parametrize(("undecidable", "shown"), [(False, 3), (True, 5)])
def test_few_causes_are_shown_unless_nothing_tells_them_apart(undecidable: bool, shown: int) -> None:
    causes = tuple(Cause(f"Number {number}.", ("Do.",)) for number in range(5))
    told = problems(result(Status.FAIL, fail(Entry("many", "Many", causes, undecidable=undecidable), "no")))
    assert sum("Number" in line for line in told) == shown
    assert ("  More: az iot diag explain many" in told) is not undecidable


def test_the_reason_comes_first_and_what_could_not_be_seen_last() -> None:
    told = problems(
        result(Status.ERROR, fail(TWO, "blind"), reason="blind"),
        result(Status.WARN, warn(ONE, "also")),
        result(Status.FAIL, fail(ONE, "why")),
    )
    assert [line[0] for line in told if line[0] in "×!?"] == ["×", "!", "?"]


def diagnosis(state: State, *failed: Finding, also: tuple[Finding, ...] = (), following: str = "") -> Diagnosis:
    reasons = tuple(Reason(each, tuple((cause, Standing.OPEN) for cause in each.entry.causes)) for each in failed)
    more = tuple(Reason(each) for each in also)
    return Diagnosis((), Verdict(state, 4, reasons=reasons, also=more, next_command=following))


def test_the_answer_is_the_first_line() -> None:
    broken = diagnosis(State.BROKEN, fail(ONE, "no"), also=(warn(TWO, "hm"),))
    assert list(text.answer(broken, "fine")) == ["× It is broken [one-cause]", "  no"]
    assert list(text.rest(broken)) == [
        "  Because.", "  → Do `this`.", "  → Or that.", "! It is worse [two-causes]", "  hm",
    ]  # fmt: skip
    warned = diagnosis(State.HEALTHY, also=(warn(TWO, "hm"),))
    assert next(text.answer(warned, "fine")) == "! It is worse [two-causes]"
    well = diagnosis(State.HEALTHY)
    assert (list(text.answer(well, "√ fine")), list(text.opening(well)), list(text.rest(well))) == (["√ fine"], [], [])
    crashed = Diagnosis((result(Status.ERROR, reason="KeyError: 'x'"),), Verdict(State.UNDETERMINED, 5))
    assert list(text.answer(crashed, "fine")) == ["? It is well: KeyError: 'x'"]
    assert text.statement(broken, "") == "It is broken [one-cause] no" and text.statement(well, "√ fine") == "fine"


def test_the_next_command_is_the_last_line_and_not_said_twice() -> None:
    known = Known(device="d-1")
    named = diagnosis(State.BROKEN, fail(ONE, "no"), following="az iot diag device show --login @hub.txt -d DEVICE")
    assert list(text.rest(named, known))[-2:] == [
        "Next: az iot diag device show --login @hub.txt -d d-1",
        "      hub.txt holds the hub's service connection string.",
    ]
    assert not any("Next" in line for line in text.rest(named))  # the device is not known
    many = Entry("many", "Many", tuple(Cause(f"Number {number}.", ("Do.",)) for number in range(5)))
    told = list(text.rest(diagnosis(State.BROKEN, fail(many, "no"), following="az iot diag explain many")))
    assert told[-1] == "  More: az iot diag explain many"


def test_a_long_value_is_cut() -> None:
    assert text.shortened("x" * 9, 10) == "x" * 9 and text.shortened("x" * 10, 10) == "x" * 10
    assert text.shortened("x" * 1100, 10) == f"{'x' * 10}… (1,100 characters)"
