"""What changed around a hub and a device: lines for people, data, and rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azext_iotdiag.model.changes import LIMITS, Changes, HistoryChange, HistoryPart, Source
from azext_iotdiag.model.changes_shown import ChangesShown, Event, ReadingSources
from azext_iotdiag.model.check import Status
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.render import results, text
from azext_iotdiag.render.event import printable

_INTERRUPTED = "Interrupted before anything was read."
_SOURCES = {
    Source.ACTIVITY: "the activity log",
    Source.SETTINGS: "changes of settings",
    Source.ROLES: "role assignments",
    Source.CERTIFICATES: "certificates",
    Source.DEPLOYMENTS: "automatic configurations",
    Source.TWIN: "the twin",
    Source.ADVISOR: "Advisor",
}


def event_lines(event: Event) -> Iterator[str]:
    """What is said of an event."""
    if isinstance(event, ReadingSources):
        names = ", ".join(_SOURCES[source] for source in event.sources)
        yield printable(f"Reading what changed at {event.hub}: {names} ...")
    elif event.changes is None and event.failure is None:
        yield _INTERRUPTED


def lines(ended: ChangesShown) -> Iterator[str]:
    """The list for a person, the newest first; then what could not be read, and what no source holds."""
    changes = ended.changes
    if changes is None:
        if ended.failure is not None:
            yield printable(f"{text.MARKS[Status.ERROR]} {ended.failure.sentence}")
        return
    yield printable(_summary(changes, ended.device))
    yield from (printable(_line(each)) for each in changes.listed)
    for source, finding in ended.unread:
        yield printable(f"{text.MARKS[Status.ERROR]} Not read: {_SOURCES[source]}. {finding.message}")
    yield from (printable(each) for each in _gaps(changes))
    yield ""
    yield "What these sources cannot hold:"
    yield from (f"- {LIMITS[part.source]}" for part in changes.parts if part.failure is None)
    if not any(part.source is Source.TWIN for part in changes.parts):
        yield "- Changes of a twin are shown with --device-id."


def data(ended: ChangesShown) -> dict[str, Any]:
    """The list as data, of a schema that only grows."""
    changes = ended.changes
    return {
        "version": results.VERSION,
        "hub": changes.hub if changes is not None else None,
        "device": ended.device or None,
        "since": written(changes.since) if changes is not None else None,
        "complete": ended.complete,
        "changes": [_row(each) for each in changes.listed] if changes is not None else [],
        "sources": [_source(part) for part in changes.parts] if changes is not None else [],
        "notRead": [
            {"source": source.value, "code": finding.entry.code, "why": finding.message}
            for source, finding in ended.unread
        ],
        "limits": {part.source.value: LIMITS[part.source] for part in changes.parts} if changes is not None else {},
    }


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table` and `-o tsv`: a change each, and a row for each source that was not read."""
    rows = [
        {"Time": each["time"], "Source": each["source"], "Who": each["who"] or "", "Device": each["device"] or "",
         "What": each["what"]}
        for each in result["changes"]
    ]  # fmt: skip
    unread = [
        {"Time": "", "Source": each["source"], "Who": "", "Device": "", "What": f"not read: {each['why']}"}
        for each in result["notRead"]
    ]
    return [*rows, *unread]


def _summary(changes: Changes, device: str) -> str:
    whose = f" and {device}" if device else ""
    return f"{counted(len(changes.listed), 'change')} at {changes.hub}{whose} since {written(changes.since)}."


def _line(change: HistoryChange) -> str:
    mark = text.MARKS[Status.FAIL] if change.failed else " "
    who = f" by {change.who}" if change.who else ""
    whose = f"{change.device}: " if change.device else ""
    return f"{mark} {written(change.at)} {change.source.value:<12} {whose}{change.what}{who}"


def _gaps(changes: Changes) -> Iterator[str]:
    """What was read and is not in the list."""
    for part in changes.parts:
        if not part.complete:
            yield f"{text.MARKS[Status.WARN]} There is more in {_SOURCES[part.source]} than was read."
        if part.untimed:
            yield f"{text.MARKS[Status.WARN]} {part.untimed} in {_SOURCES[part.source]} without a time."


def _row(change: HistoryChange) -> dict[str, Any]:
    return {
        "time": written(change.at),
        "source": change.source.value,
        "what": change.what,
        "who": change.who or None,
        "device": change.device or None,
        "failed": change.failed,
    }


def _source(part: HistoryPart) -> dict[str, Any]:
    return {
        "source": part.source.value,
        "read": part.failure is None,
        "changes": len(part.changes),
        "untimed": part.untimed,
        "complete": part.complete and part.failure is None,
    }
