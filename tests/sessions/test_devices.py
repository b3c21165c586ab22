"""Fleets read by a session, with fakes in the place of services: events, bytes, counts, the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from azext_iotdiag.checks.failures import Service
from azext_iotdiag.clients.deadlines import usual
from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.dps import Enrolled, Enrollment, Extent, Registration
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.fleet import Filters, Row
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.listing import (
    CentralEstimate,
    Counted,
    DpsEstimate,
    HubEstimate,
    Listed,
    ListEnded,
    ListingProgress,
    ListingRefused,
    Paused,
    ShownDevice,
    Waiting,
)
from azext_iotdiag.model.target import Target
from azext_iotdiag.probes import central_fleet, fleet
from azext_iotdiag.sessions import devices, fleets
from azext_iotdiag.sessions.devices import DevicesAsked, Listing
from azext_iotdiag.sessions.fleets import Page, pace_of
from tests.plugins import clocks

HUB = Target(hub="hub.azure-devices.net")
ESTIMATE = HubEstimate(3, 1, 0.0, 18, False)
REFUSED = Failure(Kind.UNAUTHORIZED, "a query", HUB.hub, 443)


def row(
    name: str, *, sure: bool = True, model: str = "m", connected: bool = False, tags: dict[str, Any] | None = None
) -> Row:
    identity = Identity(HUB.hub, name, known=True, status="enabled", connected=connected, model=model)
    return Row(identity, tags or {}, sure)


class Heard(list[Any]):
    """The events that were heard."""

    def __call__(self, event: Any) -> None:
        self.append(event)


class FakeFleet:
    """A fleet of these pages. Where one is a failure, reading fails there."""

    calls: int | None = 7

    def __init__(self, *pages: list[Listed] | Failure, estimate: Any = ESTIMATE):
        self._pages, self._estimate = pages, estimate
        self.closed = 0
        self.counts: dict[str, int] = {}
        self.asked: Sequence[str] = ()

    def estimate(self) -> Any:
        if isinstance(self._estimate, Failure):
            raise StepFailed(self._estimate)
        return self._estimate

    def pages(self) -> Iterator[Page]:
        for each in self._pages:
            if isinstance(each, Failure):
                raise StepFailed(each)
            yield Page(each, 1000)

    def frequencies(self, conditions: Sequence[str]) -> tuple[int | None, list[int | None]]:
        self.asked = conditions
        return 100, [self.counts.get(each) for each in conditions]

    def count(self) -> Counted:
        raise NotImplementedError

    def close(self) -> None:
        self.closed += 1


class Hours:
    """A clock that goes on by a step each time that it is read, and while somebody sleeps."""

    def __init__(self, step: float = 0.0):
        self.at, self.step = 0.0, step

    def __call__(self) -> float:
        self.at += self.step
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


def listing(fake: FakeFleet, filters: Filters | None = None, hours: Hours | None = None) -> Listing:
    deadlines = clocks.deadlines(seconds=hours or Hours())
    asked = DevicesAsked(filters or Filters())
    return Listing(HUB, asked, lambda shown: shown.device.identity.device.encode(), Heard(), deadlines, lambda *_: fake)  # type: ignore[union-attr]


def ended(found: Listing, stopped: End | None = None) -> ListEnded:
    *_, last = found.end(stopped)
    assert isinstance(last, ListEnded)
    return last


def test_a_page_is_shown_before_the_next_is_read() -> None:
    fake = FakeFleet([row("a"), row("b")], [row("c")])
    found = listing(fake)
    items = iter(found)
    assert [next(items) for _ in range(4)] == [ESTIMATE, b"a", b"b", None]
    assert ended(found).shown == 2, "the next page is not read yet"
    assert list(items) == [b"c", None]
    assert ended(found) == ListEnded(None, 3, True, 7) and ended(found).exit_code == 0
    assert fake.closed == 1


def test_progress_is_told_every_few_seconds() -> None:
    fake = FakeFleet(*([row(str(number))] for number in range(6)))
    events = [each for each in listing(fake, hours=Hours(step=1.0)) if isinstance(each, ListingProgress)]
    assert [each.total for each in events] == [3] * len(events)
    assert 0 < len(events) < 4 and events[0].read == 1000 * events[0].shown


def test_what_ends_early_is_told() -> None:
    fake = FakeFleet([row("a")], REFUSED)
    found = listing(fake)
    assert list(found)[-1] is None
    end = ended(found)
    assert (end.shown, end.begun, end.exit_code) == (1, True, 5)
    assert end.finding is not None and end.finding.entry.code == "registry-refused" and fake.closed == 1
    assert ended(listing(FakeFleet([row("a")])), End.INTERRUPTED).exit_code == 130
    assert ended(listing(FakeFleet([row("a")])), End.PIPE_CLOSED).exit_code == 0


def test_a_service_that_fails_before_it_tells_how_much_there_is() -> None:
    found = listing(FakeFleet(estimate=REFUSED))
    assert list(found) == [] and not ended(found).begun and ended(found).exit_code == 5


def test_a_listing_that_is_left_is_closed() -> None:
    fake = FakeFleet([row("a")], [row("b")])
    items = iter(listing(fake))
    next(items)
    items.close()  # type: ignore[attr-defined]
    assert fake.closed == 1


def test_the_quiet_ones_are_compared_with_the_rest_of_the_fleet() -> None:
    """Each of the 100 devices has the same authentication, but the model is that of the quiet ones alone."""
    fake = FakeFleet([row("a"), row("b"), row("c", sure=False)])
    fake.counts = {"modelId = 'm'": 2, "capabilities.iotEdge = false": 100}
    found = listing(fake, Filters(quiet_since=1))
    list(found)
    end = ended(found)
    assert (end.quiet, end.unsure) == (2, 1)
    assert end.telling is not None
    assert [(each.trait.name, each.others, each.other_devices) for each in end.telling] == [("model", 0, 98)]
    assert [each.name for each in end.uncounted] == ["authentication"], "the fleet does not count it"
    plain = listing(fake)
    list(plain)
    assert ended(plain).telling is None and ended(plain).uncounted == ()


@pytest.mark.parametrize("pages", [([row("a"), row("b")], REFUSED), ([row("a"), row("b")], [row("c")])])
def test_a_list_that_ends_early_says_what_was_shared_until_then(pages: Any) -> None:
    """Nothing is counted for it, because the quiet devices are not all known."""
    fake = FakeFleet(*pages)
    fake.counts = {"modelId = 'm'": 2}
    found = listing(fake, Filters(quiet_since=1))
    items = iter(found)
    for _ in range(4):
        next(items)
    list(items) if isinstance(pages[1], Failure) else items.close()  # type: ignore[attr-defined]
    end = ended(found, End.INTERRUPTED)
    assert end.telling == () and "model" in [each.name for each in end.uncounted]


def test_no_more_traits_are_counted_than_a_minute_allows() -> None:
    tags = {f"t{number}": "x" for number in range(40)}
    fake = FakeFleet([row("a", tags=tags), row("b", tags=tags)])
    fake.counts = {f"tags.{name} = 'x'": 2 for name in tags}
    found = listing(fake, Filters(quiet_since=1))
    list(found)
    end = ended(found)
    assert len(fake.asked) == devices.MOST_COMPARED
    assert len(end.telling or ()) + len(end.uncounted) >= len(tags)


def enrolled(name: str, status: str) -> Enrolled:
    return Enrolled(Enrollment(name), Registration(name, status) if status else None)


@pytest.mark.parametrize(("device", "code"), [
    (row("a", connected=True), "device-connected"), (row("a"), "device-never-seen"),
    (enrolled("a", ""), "registration-missing"), (enrolled("a", "assigned"), "dps-assigned"),
    (CentralDevice("app", "a", provisioned=True, enabled=True), "central-provisioned"),
])  # fmt: skip
def test_each_service_has_its_statuses(device: Listed, code: str) -> None:
    assert devices.status_of(device).code == code


@pytest.mark.parametrize(("target", "service", "kind"), [
    (HUB, Service.HUB, fleets.OfHub),
    (Target(app="a.azureiotcentral.com"), Service.CENTRAL, fleets.OfCentral),
])  # fmt: skip
def test_the_target_says_which_service_is_asked(target: Target, service: Service, kind: type) -> None:
    assert devices.service_of(target) is service
    assert isinstance(devices.opened(target, DevicesAsked(), Heard(), usual()), kind)
    assert devices.service_of(Target(dps="d.azure-devices-provisioning.net")) is Service.DPS


def test_the_pace_spares_a_tenth_and_is_heard() -> None:
    hours, heard = Hours(), Heard()
    pace = pace_of(10, heard, clocks.deadlines(seconds=hours, sleep=hours.sleep), of_hub=True)
    for _ in range(10):
        pace.wait()
    assert pace.per_minute == 9 and heard == [Waiting(60.0, 10, True)]


def test_a_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    def pages(target: Target, filters: Filters, now: Any, pace: Any, refused: Any) -> Iterator[list[Row]]:
        refused(REFUSED)
        yield [row("a")]

    monkeypatch.setattr(fleet, "pages", pages)
    monkeypatch.setattr(fleet, "total", lambda target, now: 2500)
    heard = Heard()
    found = fleets.OfHub(HUB, Filters(status="disabled"), 20, heard, usual())
    assert found.estimate() == HubEstimate(2500, 3, 0.0, 18, True)
    assert list(found.pages()) == [Page([row("a")], 1000)] and heard == [ListingRefused(REFUSED)]


def test_an_application_is_filtered_here(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [
        CentralDevice(
            "app", f"d{number}", provisioned=True, enabled=number % 2 == 0, template="t" if number % 3 else ""
        )
        for number in range(205)
    ]

    def all_devices(target: Target, said: Any) -> Iterator[CentralDevice]:
        said("it is busy", 2.0)
        yield from every

    monkeypatch.setattr(central_fleet, "devices", all_devices)
    heard = Heard()

    def read(**filters: str) -> list[Page]:
        return list(fleets.OfCentral(Target(app="app"), Filters(**filters), heard, usual()).pages())  # type: ignore[arg-type]

    assert [(len(page.devices), page.read) for page in read()] == [(100, 100), (100, 100), (5, 5)]
    assert heard == [Paused("it is busy", 2.0)]
    blocked = [each for page in read(status="blocked", model="none") for each in page.devices]
    assert blocked == [each for each in every if not each.enabled and not each.template]
    assert fleets.OfCentral(Target(app="app"), Filters(), heard, usual()).estimate() == CentralEstimate()


class Service_:
    """A provisioning service with two devices."""

    def __init__(self, failure: Failure | None = None, extent: Extent | None = None):
        self._failure, self._extent = failure, extent or Extent(1, 1)

    def extent(self) -> Extent:
        return self._extent

    def names(self) -> list[str]:
        return ["devices", "pump"]

    def pages(self) -> Iterator[list[Enrolled]]:
        yield [enrolled("pump", "assigned")]
        if self._failure is not None:
            raise StepFailed(self._failure)
        yield [enrolled("lost", ""), enrolled("other", "assigned")]

    def close(self) -> None:
        """Nothing is open."""


def of_dps(monkeypatch: pytest.MonkeyPatch, service: Service_, only: str = "", wanted: str = "") -> fleets.OfDps:
    monkeypatch.setattr(fleets, "Enrollments", lambda *_: service)
    return fleets.OfDps(Target(dps="dps"), only, wanted, Heard(), usual())


def test_a_provisioning_service(monkeypatch: pytest.MonkeyPatch) -> None:
    found = of_dps(monkeypatch, Service_(), wanted="assigned")
    assert found.estimate() == DpsEstimate(Extent(1, 1), 0.0, 900)
    assert [[each.id for each in page.devices] for page in found.pages()] == [["pump"], ["other"]]  # type: ignore[union-attr]
    counted = found.count()
    assert counted.complete and counted.exit_code == 0 and counted.finding is None
    assert counted.fleet.counts == {"dps-assigned": 2, "registration-missing": 1}  # type: ignore[union-attr]
    assert "dps-assigned" in counted.healthy and set(counted.entries) == {"dps-assigned", "registration-missing"}


def test_what_was_counted_before_a_failure_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Failure(Kind.UNAUTHORIZED, "the enrollments", "dps", 443)
    counted = of_dps(monkeypatch, Service_(refused)).count()
    assert counted.fleet.total == 1 and not counted.complete and counted.exit_code == 5
    assert counted.finding is not None and counted.finding.entry.code == "dps-caller-refused"


def test_an_enrollment_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    found = of_dps(monkeypatch, Service_(extent=Extent(0, 0)), only="device")
    with pytest.raises(fleets.UnknownEnrollment) as caught:
        found.estimate()
    assert (caught.value.name, caught.value.known) == ("device", ("devices", "pump"))


def test_a_device_of_the_list_has_its_status() -> None:
    assert ShownDevice(row("a"), devices.status_of(row("a"))).status.code == "device-never-seen"
