"""What is said while a fleet is read, and of the end."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.insights.shared import Compared, Trait
from azext_iotdiag.model.central import CentralDevice, CentralFleet
from azext_iotdiag.model.dps import DpsFleet, Enrolled, Enrollment, Extent
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.model.fleet import Fleet, Row
from azext_iotdiag.model.identity import Identity
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
from azext_iotdiag.render import listing
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.rows import Query

BUSY = Failure(Kind.BUSY, "a query", "hub", 443, description="Throttled\x1b[2J")


@pytest.mark.parametrize(("event", "said"), [
    (HubEstimate(20_003, 21, 60.0, 18, False),
     "Reading 20,003 devices: about 21 queries, 1 to 2 min at 18 queries a minute."),
    (DpsEstimate(Extent(5, 2), 0.0, 900), "5 enrollments, each of which takes a request"),
    (CentralEstimate(), "Reading devices, a hundred with each request, at ten requests a second."),
    (ListingProgress(2000, 20_003, 7), "2,000 of 20,003 read, 7 shown."),
    (ListingProgress(2000, None, 7), "2,000 read, 7 shown."),
    (Waiting(12.3, 20, True), "Waiting 12 s, as the hub allows 20 queries a minute to all callers."),
    (Waiting(12.3, 1000, False), "Waiting 12 s, as the service allows 1,000 requests a minute to all callers."),
    (Paused("It is busy", 3.0), "It is busy; asking again in 3 s."),
    (ListingRefused(BUSY), "hub: Throttled"),
])  # fmt: skip
def test_each_event_is_said(event: Event, said: str) -> None:
    (line,) = listing.event_lines(event)
    assert said in line and "\x1b" not in line


def test_the_end() -> None:
    assert list(listing.ended(ListEnded(None, 1, calls=2), None)) == ["1 device, by 2 queries."]
    assert list(listing.ended(ListEnded(End.INTERRUPTED, 3), None)) == ["Interrupted: 3 devices."]


def test_quiet_devices_are_compared_with_the_others() -> None:
    site = Trait("tag site", "north", 2, 2)
    end = ListEnded(None, 3, telling=(Compared(site, 1, 9),), uncounted=(Trait("model", "m", 2, 2),), quiet=2, unsure=1)
    _, quiet, _, *rest = listing.ended(end, None)
    assert quiet == "2 quiet, 1 unknown (they may use HTTPS or a gateway)."
    assert rest == ["  tag site = north: 2 of 2 quiet, 1 of 9 others", "  model = m: 2 of 2 quiet; others not counted"]
    assert list(listing.ended(ListEnded(None, 3, telling=(), quiet=1), None))[1:] == ["1 quiet."]


def test_a_failure_is_said_with_what_was_read_until_then() -> None:
    finding = finding_of(Service.HUB, BUSY)
    end = ListEnded(None, 3, calls=1, finding=finding)
    assert list(listing.ended(end, None)) == ["Not complete: 3 devices, by 1 query."]
    assert next(listing.failed(end, Known())).startswith("? ")
    unread = ListEnded(None, 0, begun=False, calls=0, finding=finding)
    assert list(listing.ended(unread, None)) == [], "nothing was read, so nothing is counted"
    assert list(listing.failed(ListEnded(None, 3), Known())) == []


def test_what_a_query_left_out() -> None:
    query = Query(lambda value: None)
    query(b"{}", str)
    assert list(listing.ended(ListEnded(None, 1), query))[1] == "--query left nothing of 1 of 1 device."


ENTRY = Entry("assigned", "It is assigned")
FLEETS: dict[str, tuple[Any, Counted]] = {
    "hub": (Row(Identity("h", "d"), {}), Counted(Fleet("h", 1, 1, 0, 0, 0), dict.fromkeys(
        ("connected", "disconnected", "never-connected", "disabled"), ENTRY))),
    "dps": (Enrolled(Enrollment("d"), None), Counted(DpsFleet("p"), {}, healthy=frozenset({"assigned"}))),
    "app": (CentralDevice("a", "d"), Counted(CentralFleet("a"), {}, unassociated=ENTRY)),
}  # fmt: skip


@pytest.mark.parametrize("service", FLEETS)
def test_each_service_has_rows_and_counts_of_its_own(service: str) -> None:
    device, counted = FLEETS[service]
    own = {"hub": "lastActivity", "dps": "registration", "app": "template"}
    assert [name for name, column in own.items() if column in listing.row(ShownDevice(device, ENTRY))] == [service]
    assert [name for name in own if name in listing.data(counted)] == [service]
    first = next(iter(listing.lines(counted, "", Known())))
    assert first.partition(" in ")[2].startswith(str(getattr(counted.fleet, service)))


def test_why_not_all_could_be_counted() -> None:
    _, counted = FLEETS["hub"]
    assert list(listing.failure(counted, Known())) == []
    told = list(listing.failure(counted._replace(finding=finding_of(Service.HUB, BUSY)), Known()))
    assert told[0].startswith("? ")
