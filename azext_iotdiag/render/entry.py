"""Entries of the knowledge base as text for a person, as data, and as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from azext_iotdiag.model.code_hit import CodeHit
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.render.commands import with_extension
from azext_iotdiag.render.event import printable

VERSION = 1
IN_FULL = 5  # entries of a log that are told whole; the others have a line each


def data(mentions: Iterable[CodeHit], lines: int | None = None) -> dict[str, Any]:
    """What was asked for, or found in so many `lines` of text, as az formats it."""
    told: dict[str, Any] = {"version": VERSION}
    if lines is not None:
        told["linesRead"] = lines
    return {**told, "entries": [_data(mention, lines is not None) for mention in mentions]}


def _data(mention: CodeHit, found: bool) -> dict[str, Any]:
    entry = mention.entry
    counted = {"found": list(mention.names), "count": mention.times, "lines": list(mention.lines)}
    return {
        "code": entry.code,
        "title": entry.title,
        **(counted if found else {"asked": list(mention.names)}),
        "names": list(entry.aliases),
        "meaning": entry.meaning,
        "retry": entry.retry.name.lower().replace("_", "-"),
        "fixers": [fixer.value for fixer in entry.fixers],
        "places": [place.value for place in entry.places],
        "causes": [
            {"why": cause.why, "mitigation": list(cause.mitigation), "check": cause.check, "confirm": cause.confirm}
            for cause in entry.causes
        ],
        "links": list(entry.links),
    }


def contents(entries: Iterable[Entry]) -> dict[str, Any]:
    """A list of entries as data, in short."""
    return {
        "version": VERSION,
        "codes": [{"code": each.code, "title": each.title, "names": list(each.aliases)} for each in entries],
    }


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows that `-o table` shows of either kind of data."""
    rows = []
    for each in result.get("entries", result.get("codes", ())):
        row = {"Code": each["code"], "Name": " ".join(name for name in each["names"][:2] if " " not in name)}
        if "count" in each:
            row |= {"Count": each["count"], "FirstLine": each["lines"][0]}
        rows.append({**row, "Title": each["title"]} | ({"Retry": each["retry"]} if "retry" in each else {}))
    return rows


def text(mentions: Iterable[CodeHit]) -> Iterator[str]:
    """Entries that were asked for, whole."""
    for number, mention in enumerate(mentions):
        if number:
            yield ""
        yield from _whole(mention.entry)


def survey(mentions: Iterable[CodeHit], lines: int) -> Iterator[str]:
    """What was found in so many lines: a line for each entry, then the most frequent ones whole."""
    mentions = tuple(mentions)
    if not mentions:
        yield f"No code in {counted(lines, 'line')}."
        return
    yield f"{counted(len(mentions), 'code')} in {counted(lines, 'line')}:"
    widest = max(len(str(mention.times)) for mention in mentions)
    for mention in mentions:
        first = ", ".join(map(str, mention.lines[:3])) + (", ..." if mention.times > 3 else "")
        what = f"{mention.times:>{widest}}x {mention.entry.code}: {mention.entry.title} "
        named = printable(", ".join(mention.names[:3]))
        yield f"  {what}({named}; line {first})"
    yield ""
    yield from text(mentions[:IN_FULL])
    if len(mentions) > IN_FULL:
        yield ""
        rest = " ".join(mention.entry.code for mention in mentions[IN_FULL:])
        yield f"More on the others: az iot diag explain {rest}"


def list_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """A line for each entry."""
    entries = tuple(entries)
    widest = max((len(entry.code) for entry in entries), default=0)
    for entry in entries:
        yield f"{entry.code:<{widest}}  {_named(entry)}{entry.title}"


def _named(entry: Entry) -> str:
    """The number and name that a service gives it, in front of a title."""
    service = [alias for alias in entry.aliases[:2] if alias.isdigit() or alias.isalpha()]
    return f"{' '.join(service)}: " if service else ""


def _whole(entry: Entry) -> Iterator[str]:
    yield f"{_named(entry)}{entry.title} [{entry.code}]"
    yield f"  {entry.meaning}"
    yield ""
    several = len(entry.causes) > 1
    if several:
        yield "  It may be one of these:"
    for number, cause in enumerate(entry.causes, start=1):
        lead = f"  {number}. " if several else "  "
        inner = " " * len(lead)
        yield lead + cause.why
        if cause.confirm:
            yield f"{inner}? {with_extension(cause.confirm)}"
        if cause.check:
            yield f"{inner}? The check {cause.check} decides it."
        yield from (f"{inner}→ {with_extension(step)}" for step in cause.mitigation)
    yield ""
    yield f"  A retry {entry.retry.value}."
    if entry.fixers:
        yield "  Can be mended by: " + ", ".join(each.value for each in entry.fixers)
    if entry.places:
        yield "  Seen in: " + ", ".join(each.value for each in entry.places)
    if entry.aliases:
        yield "  Also called: " + ", ".join(entry.aliases)
    for link in entry.links:
        yield f"  {link}"
