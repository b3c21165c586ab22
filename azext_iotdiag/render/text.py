"""Findings and results of checks as text for a person."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator

from azext_iotdiag.model.check import CheckResult, Status
from azext_iotdiag.model.finding import Entry, Finding, Severity
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

WIDTH = 110
_NOTHING = Known()
MARKS = {Status.PASS: "√", Status.WARN: "!", Status.FAIL: "×", Status.SKIP: "-", Status.ERROR: "?"}


def problems(results: Iterable[CheckResult], known: Known = _NOTHING) -> Iterator[str]:
    """The lines for what is wrong: what was seen, why that may be, and what to do, for each finding that is no note.

    A cause that another check rules out, or tells of itself, is left away. What is `known` stands in the commands.
    """
    results = tuple(results)
    explained: set[str] = set()
    decided = {result.check.name for result in results if result.status in (Status.PASS, Status.WARN, Status.FAIL)}
    for result in results:
        shown = [each for each in result.findings if each.severity is not Severity.NOTE]
        told = any(each.message in result.reason for each in shown)  # the reason is then what the findings say
        if result.reason and not told and result.status is not Status.SKIP:
            yield f"{MARKS[Status.ERROR]} {result.check.title}: {printable(result.reason)}"
        for each in shown:
            yield from finding(each, MARKS[result.status], decided, known, explain=each.entry.code not in explained)
            explained |= {each.entry.code} if each.severity is Severity.FAIL else set()


def finding(
    each: Finding,
    mark: str,
    decided: Collection[str] = (),
    known: Known = _NOTHING,
    *,
    explain: bool = True,
    always: bool = False,
) -> Iterator[str]:
    """The lines for one finding; causes only where `explain` is set, since 32 partitions may share them.

    Causes that one of the checks named in `decided` tells are left away. A warning stays short, unless `always` is set:
    nothing has to be done about it at once.
    """
    yield from _wrapped(f"{mark} {each.entry.title} [{each.entry.code}]", "", "  ")
    yield from _wrapped(f"  {printable(each.message)}", "", "  ")
    if not always and (each.severity is not Severity.FAIL or not explain):
        return
    yield from causes(each.entry, decided, known)


def causes(entry: Entry, decided: Collection[str] = (), known: Known = _NOTHING) -> Iterator[str]:
    """The lines for why that may be, and what to do, but for causes that one of the checks in `decided` tells."""
    left = [cause for cause in entry.causes if cause.check not in decided]
    several = len(left) > 1
    if several:
        yield "  It may be one of these:"
    for number, cause in enumerate(left, start=1):
        lead = f"  {number}. " if several else "  "
        yield from _wrapped(lead + cause.why, "", " " * len(lead))
        for step in cause.mitigation:
            yield from _wrapped(f"{' ' * len(lead)}→ {known.filled(step)}", "", " " * (len(lead) + 2))


def _wrapped(text: str, first: str, rest: str) -> Iterator[str]:
    # Commands are copied from the screen, so a word is never broken, not even at a hyphen.
    yield from textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    ) or [text]
