"""Findings and verdicts as text for a person: logical lines, which the boundary breaks at a terminal's width."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from azext_iotdiag.model.check import Status
from azext_iotdiag.model.finding import Cause, Entry, Finding, Severity
from azext_iotdiag.model.verdict import Diagnosis, Reason
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

FEW = 3  # causes that are shown of an entry; `explain` has all
_NOTHING = Known()
MARKS = {Status.PASS: "√", Status.WARN: "!", Status.FAIL: "×", Status.SKIP: "-", Status.ERROR: "?"}
_MARK_OF = {Severity.FAIL: MARKS[Status.FAIL], Severity.WARN: MARKS[Status.WARN], Severity.NOTE: MARKS[Status.PASS]}


def answer(found: Diagnosis, healthy: str) -> Iterator[str]:
    """The first lines of a result: the verdict, and what was seen. `healthy` is the line where nothing is wrong."""
    marked = _marked(found)
    if marked:
        reason, mark = marked[0]
        yield from _headline(reason.finding, mark)
        return
    yield next(_crashes(found), healthy)


def rest(found: Diagnosis, known: Known = _NOTHING) -> Iterator[str]:
    """What follows the answer and its evidence: its causes, what else is wrong, and the next command."""
    marked = _marked(found)
    explained: set[str] = set()
    lines: list[str] = []
    for number, (reason, mark) in enumerate(marked):
        lines += _reason(reason, mark, explained, known) if number else _why(reason, explained, known)
    crashes = list(_crashes(found))
    lines += crashes if marked else crashes[1:]
    yield from lines
    yield from following(found, known, lines)


def reasons(found: Diagnosis, known: Known = _NOTHING) -> Iterator[str]:
    """Everything that is wrong or could not be seen, each with its causes: what follows an answer in one sentence."""
    explained: set[str] = set()
    for reason, mark in _marked(found):
        yield from _reason(reason, mark, explained, known)
    yield from _crashes(found)


def following(found: Diagnosis, known: Known = _NOTHING, before: Collection[str] = ()) -> Iterator[str]:
    """The next command, unless the lines `before` name it already, and what the files in it hold."""
    command = known.next_command(found.verdict.next_command)
    if command and f"  More: {command}" not in before:
        yield f"Next: {printable(command)}"
        yield from known.files_of(command)


def opening(found: Diagnosis) -> Iterator[str]:
    """The answer, where something is wrong: what a stream says before its account."""
    if _marked(found) or any(_crashes(found)):
        yield from answer(found, "")


def closing(found: Diagnosis, known: Known = _NOTHING) -> Iterator[str]:
    """What follows the answer, where something is wrong: what a stream says after its account."""
    if any(opening(found)):
        yield from rest(found, known)


def problems(found: Diagnosis, known: Known = _NOTHING) -> Iterator[str]:
    """The lines for what is wrong: first why data stops, then what else is wrong, then what could not be looked at.

    There are none where nothing is wrong. What is `known` stands in the commands.
    """
    yield from opening(found)
    yield from closing(found, known)


def _marked(found: Diagnosis) -> list[tuple[Reason, str]]:
    """What is wrong, each with its mark, the reason for the verdict first."""
    verdict = found.verdict
    return [
        *((reason, MARKS[Status.FAIL]) for reason in verdict.reasons),
        *((reason, _MARK_OF[reason.finding.severity]) for reason in verdict.also),
        *((reason, MARKS[Status.ERROR]) for reason in verdict.blind),
    ]


def _crashes(found: Diagnosis) -> Iterator[str]:
    for result in found.results:
        told = any(each.message in result.reason for each in result.findings)
        if result.reason and result.skip is None and not told:  # the check crashed
            yield f"{MARKS[Status.ERROR]} {result.check.title}: {printable(result.reason)}"


def _reason(reason: Reason, mark: str, explained: set[str], known: Known) -> Iterator[str]:
    yield from _headline(reason.finding, mark)
    yield from _why(reason, explained, known)


def _why(reason: Reason, explained: set[str], known: Known) -> Iterator[str]:
    """The causes of a finding, which are told once, since 32 partitions may share them."""
    finding = reason.finding
    if reason.causes and finding.entry.code not in explained:
        explained.add(finding.entry.code)
        yield from _causes([cause for cause, _ in reason.causes], finding.entry, known)


def finding(each: Finding, mark: str, known: Known = _NOTHING) -> Iterator[str]:
    """The lines for one finding, with all causes of its entry."""
    yield from _headline(each, mark)
    yield from causes(each.entry, known)


def causes(entry: Entry, known: Known = _NOTHING) -> Iterator[str]:
    """The lines for why that may be, and what to do."""
    yield from _causes(entry.causes, entry, known)


def statement(found: Diagnosis, healthy: str) -> str:
    """The answer in one line without a mark, for a row of a table."""
    return " ".join(line.strip() for line in answer(found, healthy)).lstrip("".join(MARKS.values())).strip()


def _headline(each: Finding, mark: str) -> Iterator[str]:
    yield f"{mark} {each.entry.title} [{each.entry.code}]"
    yield f"  {printable(each.message)}"


def _causes(left: Sequence[Cause], entry: Entry, known: Known) -> Iterator[str]:
    """Few causes, or all where this access cannot tell them apart."""
    shown = left if entry.undecidable else left[:FEW]
    several = len(shown) > 1
    if several:
        yield "  It may be one of these:"
    for number, cause in enumerate(shown, start=1):
        lead = f"  {number}. " if several else "  "
        yield lead + cause.why
        for step in cause.mitigation:
            yield f"{' ' * len(lead)}→ {known.filled(step)}"
    if len(shown) < len(left):
        yield f"  More: az iot diag explain {entry.code}"


def shortened(value: str, most: int) -> str:
    """A value for a person: its beginning and its length, where it has more than `most` characters."""
    return value if len(value) <= most else f"{value[:most]}… ({len(value):,} characters)"
