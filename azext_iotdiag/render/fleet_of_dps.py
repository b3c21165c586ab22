"""The devices of a provisioning service: a row for each, or their counts, as data and as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.dps import DpsFleet, Enrolled, Extent
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable


def row(each: Enrolled, entry: Entry) -> dict[str, Any]:
    """A device of a list, as -o json shows it."""
    found = each.registration
    return {
        "registration": each.id,
        "status": entry.code,
        "group": each.group or None,
        "attestation": each.enrollment.attestation or None,
        "hub": (found.hub or None) if found is not None else None,
        "device": (found.device or None) if found is not None else None,
        "errorCode": (found.error_code or None) if found is not None else None,
        "lastUpdated": None if found is None or found.updated is None else written(found.updated),
    }


def data(fleet: DpsFleet, entries: Mapping[str, Entry], healthy: frozenset[str]) -> dict[str, Any]:
    """Counts of a provisioning service's devices."""
    return {
        "version": results.VERSION,
        "dps": fleet.dps,
        "devices": fleet.total,
        "complete": fleet.failure is None,
        "connection": [
            {
                "status": code,
                "title": entries[code].title,
                "count": count,
                "examples": [] if code in healthy else [_example(each) for each in fleet.examples[code]],
                "mitigation": [] if code in healthy else _steps(entries[code]),
            }
            for code, count in _sorted(fleet.counts)
        ],
        "group": [{"group": name or None, "count": count} for name, count in _sorted(fleet.groups)],
        "calls": fleet.calls,
    }


def lines(fleet: DpsFleet, entries: Mapping[str, Entry], healthy: frozenset[str], known: Known) -> Iterator[str]:
    """The same for a person: only what is not as usual is told at length; what is `known` stands in the commands."""
    wrong = sum(count for code, count in fleet.counts.items() if code not in healthy)
    mark = "?" if fleet.failure is not None else "!" if wrong else "√"
    yield f"{mark} {counted(fleet.total, 'device')} in {fleet.dps}: {wrong:,} not assigned"
    if fleet.counts:
        yield ""
    for code, count in _sorted(fleet.counts):
        yield f"  {count:>8,}  {entries[code].title} [{code}]"
    if fleet.groups:
        yield ""
        named = _sorted(fleet.groups)[:10]
        yield printable("By group: " + ", ".join(f"{name or 'of their own'} {count:,}" for name, count in named))
    for code, count in _sorted(fleet.counts):
        if code in healthy:
            continue
        yield ""
        yield f"× {entries[code].title} [{code}]: {count:,}"
        for each in fleet.examples[code]:
            told = _example(each)
            more = ", ".join(str(value) for name, value in told.items() if name != "registration" and value)
            yield printable(f"    {told['registration']}{f': {more}' if more else ''}")
        yield from text.causes(entries[code], known)
    yield ""
    yield f"Read by {counted(fleet.calls, 'request')}. A group's devices that never came are in no list."


def estimate(extent: Extent, seconds: float, rate: int) -> str:
    """The line that says before a long reading what it takes."""
    lasts = f"at least {max(seconds / 60, 1):.0f} min" if seconds else "a moment"
    return (
        f"Reading {counted(extent.enrollments, 'enrollment')}, each of which takes a request, and the registrations of "
        f"{counted(extent.groups, 'group')} by the thousand: {lasts} at {rate:,} requests a minute."
    )


def _example(each: Enrolled) -> dict[str, Any]:
    found = each.registration
    return {
        "registration": each.id,
        "group": each.group or None,
        "errorCode": (found.error_code or None) if found is not None else None,
        "errorMessage": (found.error_message[:200] or None) if found is not None else None,
    }


def _steps(entry: Entry) -> list[str]:
    return [step for cause in entry.causes for step in cause.mitigation]


def _sorted(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: -pair[1])
