"""Findings and verdicts as text for a person."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from azext_iotdiag.model.check import Status
from azext_iotdiag.model.finding import Cause, Entry, Finding, Severity
from azext_iotdiag.model.verdict import Diagnosis, Reason
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

WIDTH = 110
FEW = 3  # causes that are shown of an entry; `explain` has all
_NOTHING = Known()
MARKS = {Status.PASS: "√", Status.WARN: "!", Status.FAIL: "×", Status.SKIP: "-", Status.ERROR: "?"}
_MARK_OF = {Severity.FAIL: MARKS[Status.FAIL], Severity.WARN: MARKS[Status.WARN], Severity.NOTE: MARKS[Status.PASS]}


def problems(found: Diagnosis, known: Known = _NOTHING) -> Iterator[str]:
    """The lines for what is wrong: first why data stops, then what else is wrong, then what could not be looked at.

    What is `known` stands in the commands.
    """
    verdict = found.verdict
    explained: set[str] = set()
    for reason in verdict.reasons:
        yield from _reason(reason, MARKS[Status.FAIL], explained, known)
    for reason in verdict.also:
        yield from _reason(reason, _MARK_OF[reason.finding.severity], explained, known)
    for reason in verdict.blind:
        yield from _reason(reason, MARKS[Status.ERROR], explained, known)
    for result in found.results:
        told = any(each.message in result.reason for each in result.findings)
        if result.reason and result.skip is None and not told:  # the check crashed
            yield f"{MARKS[Status.ERROR]} {result.check.title}: {printable(result.reason)}"


def _reason(reason: Reason, mark: str, explained: set[str], known: Known) -> Iterator[str]:
    """A finding with the causes that the verdict gives it, which are told once: 32 partitions may share them."""
    finding = reason.finding
    yield from _headline(finding, mark)
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


def _headline(each: Finding, mark: str) -> Iterator[str]:
    yield from _wrapped(f"{mark} {each.entry.title} [{each.entry.code}]", "", "  ")
    yield from _wrapped(f"  {printable(each.message)}", "", "  ")


def _causes(left: Sequence[Cause], entry: Entry, known: Known) -> Iterator[str]:
    """Few causes, or all where this access cannot tell them apart."""
    shown = left if entry.undecidable else left[:FEW]
    several = len(shown) > 1
    if several:
        yield "  It may be one of these:"
    for number, cause in enumerate(shown, start=1):
        lead = f"  {number}. " if several else "  "
        yield from _wrapped(lead + cause.why, "", " " * len(lead))
        yield from _steps(cause.mitigation, len(lead), known)
    if len(shown) < len(left):
        yield f"  More: az iot diag explain {entry.code}"


def _steps(steps: Iterable[str], indent: int, known: Known) -> Iterator[str]:
    for step in steps:
        yield from _wrapped(f"{' ' * indent}→ {known.filled(step)}", "", " " * (indent + 2))


def _wrapped(text: str, first: str, rest: str) -> Iterator[str]:
    # Commands are copied from the screen, so a word is never broken, not even at a hyphen.
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    ) or [text]
