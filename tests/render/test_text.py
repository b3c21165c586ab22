"""Findings for a person: what was seen, why that may be, what to do."""

from __future__ import annotations

import pytest

from azext_iotdiag.knowledge import catalogue
from azext_iotdiag.model.check import Check, CheckResult, Status
from azext_iotdiag.model.finding import Cause, Entry, Finding, Place, Severity, fail, note, warn
from azext_iotdiag.render import text

CHECK = Check("it-is-well", "It is well", lambda: ())
ONE = Entry("one-cause", "It is broken", (Cause("Because.", ("Do `this`.", "Or that.")),))
TWO = Entry("two-causes", "It is worse", (Cause("One.", ("Do.",)), Cause("Two.", ("Look.",))))
MESSAGE = "from this machine, a step failed after 10 s for h.example:5671 (cbs:401: no)"


def problems(*results: CheckResult) -> list[str]:
    return list(text.problems(results))


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
    (result(Status.SKIP, reason="another did not pass"), []),
    (result(Status.PASS, note(ONE, "fine")), []),
    (result(Status.WARN, warn(ONE, "hm")), ["! It is broken [one-cause]", "  hm"]),
    (result(Status.FAIL, fail(ONE, "no")), [
        "× It is broken [one-cause]", "  no", "  Because.", "  → Do `this`.", "  → Or that."]),
    (result(Status.ERROR, fail(TWO, "blind"), reason="blind"), [
        "? It is worse [two-causes]", "  blind", "  It may be one of these:", "  1. One.", "     → Do.", "  2. Two.",
        "     → Look."]),
    (result(Status.ERROR, reason="KeyError: 'x'\n"), ["? It is well: KeyError: 'x'\\n"]),
    (result(Status.FAIL, fail(Entry("bare", "Bare"), "no"), reason="KeyError: 'x'"), [
        "? It is well: KeyError: 'x'", "× Bare [bare]", "  no"]),
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
    assert all(len(line) <= text.WIDTH or command in line for line in told)
    assert " ".join(" ".join(told).split()).count("Word") == 60


@pytest.mark.parametrize(("status", "told"), [
    (Status.PASS, ["Because."]), (Status.FAIL, ["Because."]), (Status.SKIP, ["Because.", "It is so."]),
    (Status.ERROR, ["Because.", "It is so."]),
])  # fmt: skip
def test_a_cause_that_another_check_decides_is_for_that_check(status: Status, told: list[str]) -> None:
    causes = (Cause("Because.", ("Do.",)), Cause("It is so.", ("Look.",), check="it-is-not-so"))
    entry = Entry("several", "Several", causes)
    other = CheckResult(Check("it-is-not-so", "It is not so", lambda: ()), status)
    lines = [line.strip(" 12.") + "." for line in problems(result(Status.FAIL, fail(entry, "no")), other)]
    assert [line for line in lines if line in ("Because.", "It is so.")] == told
