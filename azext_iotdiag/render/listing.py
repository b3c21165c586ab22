"""A fleet that is read: its devices as rows, what happens meanwhile, what it comes to, and its counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.model.check import Status
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.dps import DpsFleet, Enrolled
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.fleet import Fleet, Row
from azext_iotdiag.model.listing import (
    CentralEstimate,
    Counted,
    DpsEstimate,
    Event,
    HubEstimate,
    ListEnded,
    ListingProgress,
    ListingRefused,
    Paused,
    ShownDevice,
    Waiting,
)
from azext_iotdiag.render import fleet, fleet_of_central, fleet_of_dps, rows, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable
from azext_iotdiag.render.rows import Query


def row(shown: ShownDevice) -> dict[str, Any]:
    """A device as -o json shows it, of a hub, of an application, or of a provisioning service."""
    device, status = shown
    if isinstance(device, Row):
        return fleet.row(device, status)
    if isinstance(device, Enrolled):
        return fleet_of_dps.row(device, status)
    return fleet_of_central.row(device, status)


def event_lines(event: Event) -> Iterator[str]:
    """What is said of an event; of the end see `ended`."""
    if isinstance(event, HubEstimate):
        yield fleet.estimate(*event[:4], filtered=event.filtered)
    elif isinstance(event, DpsEstimate):
        yield fleet_of_dps.estimate(*event)
    elif isinstance(event, CentralEstimate):
        yield "Reading devices, a hundred with each request, at ten requests a second."
    elif isinstance(event, ListingProgress):
        yield fleet.progress(*event)
    elif isinstance(event, Waiting):
        who, what = ("hub", "queries") if event.of_hub else ("service", "requests")
        yield f"Waiting {event.seconds:.0f} s, as the {who} allows {event.rate:,} {what} a minute to all callers."
    elif isinstance(event, Paused):
        yield f"{event.why}; asking again in {event.seconds:.0f} s."
    elif isinstance(event, ListingRefused):
        yield printable(f"{event.failure.host}: {event.failure.description}")


def ended(end: ListEnded, query: Query | None) -> Iterator[str]:
    """What a list came to, and what a query left of it."""
    if end.begun or end.finding is None:
        words = "Not complete: " if end.finding else "Interrupted: " if end.stopped is End.INTERRUPTED else ""
        calls = "" if end.calls is None else f", by {counted(end.calls, 'query', 'queries')}"
        yield f"{words}{counted(end.shown, 'device')}{calls}."
        if end.telling is not None:
            yield fleet.quiet(end.quiet, end.unsure)
            yield from fleet.shared(end.telling, end.uncounted) if end.quiet > 1 else ()
    yield from rows.left(query, "device")


def failed(end: ListEnded, known: Known) -> Iterator[str]:
    """Why a list failed, if it did; what is `known` stands in the commands."""
    if end.finding is not None:
        yield from text.finding(end.finding, text.MARKS[Status.ERROR], known)


def data(numbers: Counted) -> dict[str, Any]:
    """The counts of a fleet."""
    found, entries = numbers.fleet, numbers.entries
    if isinstance(found, Fleet):
        return fleet.data(found, entries)
    if isinstance(found, DpsFleet):
        return fleet_of_dps.data(found, entries, numbers.healthy)
    assert numbers.unassociated is not None
    return fleet_of_central.data(found, entries, numbers.unassociated)


def lines(numbers: Counted, condition: str, known: Known) -> Iterator[str]:
    """The same for a person. `condition` is that of a query, empty for all devices."""
    found, entries = numbers.fleet, numbers.entries
    if isinstance(found, Fleet):
        return fleet.lines(found, entries, condition, known)
    if isinstance(found, DpsFleet):
        return fleet_of_dps.lines(found, entries, numbers.healthy, known)
    assert numbers.unassociated is not None
    return fleet_of_central.lines(found, entries, numbers.unassociated, known)


def failure(numbers: Counted, known: Known) -> Iterator[str]:
    """Why not all could be counted, where the counts do not say it."""
    if numbers.finding is not None:
        yield from text.finding(numbers.finding, text.MARKS[Status.ERROR], known)
