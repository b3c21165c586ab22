"""What rows of a resource log come to, as text for a person, as data, and as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.resource_log import Group, LogRead, ReadingInterrupted, Recognised, Row, RowsRead, Timeline
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.render.commands import Known, of_service, with_extension
from azext_iotdiag.render.event import printable

VERSION = 1
IN_FULL = 3  # codes whose entry is shown with causes
SHOWN = 15  # groups; JSON has all
DEVICES = 5  # of a pattern that are named
_CAUSES = 3


def event_lines(event: RowsRead | ReadingInterrupted) -> Iterator[str]:
    """What is said while rows are read."""
    if isinstance(event, ReadingInterrupted):
        yield f"Interrupted after {counted(event.rows, 'row')}. The result covers these rows only."
    else:
        yield f"Read {counted(event.rows, 'row')} ..."


def answer(read: LogRead) -> str:
    """The result in one line."""
    if read.failure is not None:
        return printable(f"? The log of {read.hub} could not be read: {read.failure.message}.")
    if not read.rows and read.rows_read:
        since = f" since {written(read.since)}" if read.hub else ""
        return printable(f"? No row names {read.device}{since}. {counted(read.rows_read, 'row')} of others were read.")
    if not read.rows and read.hub:
        return printable(f"? The workspace has no row about {read.hub} since {written(read.since)}.")
    if not read.rows:
        return "? No row of a resource log was read." + (f" {_unread(read)}" if read.unread.times else "")
    wrong = [each for each in read.patterns if each.finding.severity is not Severity.NOTE]
    if wrong:
        return printable(f"× {wrong[0].finding.entry.title}: {_who(wrong[0])}. {wrong[0].finding.message}")
    if read.problems:
        first = read.problems[0]
        most = " ".join(filter(None, (first.code, first.name, _at(first))))
        return printable(f"× {counted(read.errors, 'error')}. The most frequent: {most}.")
    if read.patterns:
        return printable(f"√ No problem found: {read.patterns[0].finding.message}")
    return printable(f"√ No error in {counted(read.rows, 'row')}{f' of {read.device}' if read.device else ''}.")


def lines(read: LogRead) -> Iterator[str]:
    """The result for a person."""
    yield answer(read)
    if read.failure is not None:
        yield from _failure(read)
    if not read.rows:
        yield from _nothing(read) if read.hub and read.failure is None else ()
        return
    whose = read.device or counted(read.devices, "device")
    when = f"from {written(read.first)} to {written(read.last)}"
    yield printable(f"  {counted(read.rows, 'row')} of {whose} {when}. A log can miss rows.")
    if read.rows_read > read.rows:
        yield f"  Patterns were looked for in all {counted(read.rows_read, 'row')}."
    if read.hub:
        yield "  Rows of the last 10 min can still be on their way."
    if read.partial:
        yield printable(f"  Log Analytics did not give all rows: {read.partial}")
    if read.unread.times:
        yield printable(f"  {_unread(read)}")
    for each in read.patterns:
        yield ""
        yield from _pattern(each)
    if read.groups:
        yield ""
        yield "Errors by device and code:"
        widest = max(len(f"{each.times:,}") for each in read.groups[:SHOWN])
        yield from (_group(each, widest) for each in read.groups[:SHOWN])
        if len(read.groups) > SHOWN:
            yield f"  and {counted(len(read.groups) - SHOWN, 'more group')}: -o json shows them."
        yield from _entries(read)
    if read.timeline is not None:
        yield ""
        yield from _timeline(read.timeline)


def _failure(read: LogRead) -> Iterator[str]:
    if read.failure is not None:
        entry, known = read.failure.entry, _known(read)
        yield f"  {entry.title} [{entry.code}]"
        for cause in entry.causes:
            yield f"  · {cause.why}"
            yield from (printable(f"    → {known.filled(step)}") for step in cause.mitigation)


def _known(read: LogRead) -> Known:
    return of_service(read.hub, read.of_dps)


def _nothing(read: LogRead) -> Iterator[str]:
    """Why a workspace may have no row."""
    known = _known(read)
    what = "No device tried to register" if read.of_dps else "No connection began, ended or was refused"
    if read.rows_read:
        what = f"{read.device} did not {'try to register' if read.of_dps else 'connect, disconnect or fail'}"
    yield printable(f"  {what} in this time; or the rows are not there yet.")
    yield "  Rows arrive 3 to 10 min late. A setting collects nothing of the time before it was made."
    yield printable(f"  → See whether rows arrive at all: {known.filled('`az iot diag logs status --hub-name HUB`')}")


def _pattern(each: Recognised) -> Iterator[str]:
    entry, finding = each.finding.entry, each.finding
    mark = "√" if finding.severity is Severity.NOTE else "×"
    yield printable(f"{mark} {entry.title} [{entry.code}]: {_who(each)}")
    yield printable(f"  {finding.message}")
    yield f"  From {written(each.first)} to {written(each.last)}. Certainty: {finding.weight.certainty.value}."
    if finding.severity is Severity.NOTE:
        yield f"  More on it: az iot diag explain {entry.code}"
        return
    known = Known(device=each.devices[0] if each.devices else "")
    for cause in entry.causes if entry.undecidable else entry.causes[:_CAUSES]:
        yield f"  · {cause.why}"
        if cause.confirm:
            yield printable(f"    ? {known.filled(cause.confirm)}")
        yield from (printable(f"    → {known.filled(step)}") for step in cause.mitigation)


def _group(each: Group, widest: int) -> str:
    name = f" {each.name}" if each.name else ""
    of = f" ({', '.join(each.categories)})" if each.categories != ("Connections",) else ""
    when = f"{written(each.first)} to {written(each.last)}" if each.first != each.last else written(each.first)
    return printable(f"  {each.times:>{widest},}x {each.code}{name}{of} {_at(each)}, {when}")


def _entries(read: LogRead) -> Iterator[str]:
    """The most frequent codes with cause and resolution; a pattern that is shown says more than its code."""
    codes: dict[str, Group] = {}
    for each in read.groups:
        codes.setdefault(each.code, each)
    for code, group in list(codes.items())[:IN_FULL]:
        for entry in group.entries[:1]:
            yield ""
            yield f"{code}: {entry.title} [{entry.code}]"
            yield f"  A retry {entry.retry.value}."
            for cause in entry.causes[:_CAUSES]:
                yield f"  · {cause.why}"
                yield from (f"    → {with_extension(step)}" for step in cause.mitigation)
    unknown = [code for code, group in codes.items() if not group.entries]
    if unknown:
        yield ""
        yield f"Not in the knowledge base: {', '.join(unknown)}."
    if len(codes) > IN_FULL:
        yield ""
        yield f"More on the other codes: az iot diag explain {' '.join(list(codes)[IN_FULL : 2 * SHOWN])}"


def _timeline(timeline: Timeline) -> Iterator[str]:
    yield printable(f"Timeline of {timeline.device}:")
    before = 0
    for row in timeline.rows:
        yield printable(f"  {_time(row.moment)}  {_gap(row.moment - before) if before else '':>8}  {_said(row)}")
        before = row.moment


def _said(row: Row) -> str:
    shape = row.shape
    parts = [shape.operation if shape.category == "Connections" else f"{shape.category} {shape.operation}"]
    parts += [f"{shape.code} {shape.name}".strip()] if shape.code else []
    parts += [each for each in (shape.protocol, shape.address, shape.sdk, shape.tls) if each]
    return "  ".join(parts)


def _time(moment: int) -> str:
    return f"{written(moment)[:-1]}.{moment % 1000:03}Z"


def _gap(milliseconds: int) -> str:
    seconds = milliseconds / 1000
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"+{seconds / size:.1f} {unit}"
    return f"+{seconds:.1f} s"


def _who(each: Recognised) -> str:
    named = ", ".join(name or "rows without a device" for name in each.devices[:DEVICES])
    more = len(each.devices) - DEVICES
    return f"{named} and {counted(more, 'more device')}" if more > 0 else named


def _at(each: Group) -> str:
    return f"at {each.device}" if each.device else "at no named device"


def _unread(read: LogRead) -> str:
    return f"{counted(read.unread.times, 'row')} could not be read. First: {read.unread.first}."


def data(read: LogRead) -> dict[str, Any]:
    """The result as data, of a schema that only grows."""
    harmless = read.harmless
    return {
        "version": VERSION,
        "answer": answer(read),
        "hub": read.hub or None,
        "failure": read.failure.entry.code if read.failure is not None else None,
        "partial": read.partial or None,
        "device": read.device or None,
        "rowsRead": read.rows_read,
        "rows": read.rows,
        "devices": read.devices,
        "errors": read.errors,
        "first": written(read.first) if read.rows else None,
        "last": written(read.last) if read.rows else None,
        "unread": {"count": read.unread.times, "first": read.unread.first or None},
        "whole": read.whole,
        "patterns": [_pattern_data(each) for each in read.patterns],
        "groups": [_group_data(each, each.device in harmless) for each in read.groups],
        **({"timeline": [_row_data(row) for row in read.timeline.rows]} if read.timeline is not None else {}),
    }


def _pattern_data(each: Recognised) -> dict[str, Any]:
    finding = each.finding
    return {
        "code": finding.entry.code,
        "title": finding.entry.title,
        "harmless": finding.severity is Severity.NOTE,
        "certainty": finding.weight.certainty.value,
        "message": finding.message,
        "evidence": dict(finding.evidence),
        "devices": list(each.devices),
        "first": written(each.first),
        "last": written(each.last),
        "mitigation": [step for cause in finding.entry.causes for step in cause.mitigation],
    }


def _group_data(each: Group, explained: bool) -> dict[str, Any]:
    entry = each.entries[0] if each.entries else None
    return {
        "hub": each.hub or None,
        "device": each.device or None,
        "code": each.code,
        "name": each.name or None,
        "categories": list(each.categories),
        "count": each.times,
        "first": written(each.first),
        "last": written(each.last),
        "entry": entry.code if entry else None,
        "title": entry.title if entry else None,
        "retry": entry.retry.name.lower().replace("_", "-") if entry else None,
        "causes": [cause.why for cause in entry.causes] if entry else [],
        "mitigation": [step for cause in entry.causes for step in cause.mitigation] if entry else [],
        "explainedByHarmlessPattern": explained,
    }


def _row_data(row: Row) -> dict[str, Any]:
    shape = row.shape._asdict()
    return {"time": _time(row.moment), **{name: value or None for name, value in shape.items()}}


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table`: the patterns first, then the errors."""
    rows = [
        {"What": each["code"], "Device": _named(each["devices"]), "Count": len(each["devices"]), "Title": each["title"]}
        for each in result["patterns"]
    ]
    for each in result["groups"]:
        title = each["title"] or each["name"]
        rows.append({"What": each["code"], "Device": each["device"], "Count": each["count"], "Title": title})
    return rows or [{"What": result["answer"]}]


def _named(devices: list[str]) -> str:
    return devices[0] if len(devices) == 1 else f"{devices[0]} and {len(devices) - 1} more"
