"""The devices of a hub, of a provisioning service and of an application: what reading them takes, pages, counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import NamedTuple, Protocol

from azext_iotdiag.checks import statuses
from azext_iotdiag.checks.conditions import causes_left
from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.clients.deadlines import Deadlines
from azext_iotdiag.clients.pace import Pace
from azext_iotdiag.knowledge import central, registry
from azext_iotdiag.knowledge.hub import status
from azext_iotdiag.model.access import central_opened_by, opened_by
from azext_iotdiag.model.central import CentralDevice
from azext_iotdiag.model.dps import DpsFleet
from azext_iotdiag.model.facts import given
from azext_iotdiag.model.failure import Failure, Kind, StepFailed
from azext_iotdiag.model.finding import Entry, Finding
from azext_iotdiag.model.fleet import MOST_EXAMPLES, Filters
from azext_iotdiag.model.listing import (
    CentralEstimate,
    Counted,
    DpsEstimate,
    Estimate,
    Event,
    HubEstimate,
    Listed,
    ListingRefused,
    Paused,
    Waiting,
)
from azext_iotdiag.model.target import Target
from azext_iotdiag.model.verdict import Standing
from azext_iotdiag.probes import central_fleet
from azext_iotdiag.probes import fleet as hub_fleet
from azext_iotdiag.probes.enrollments import PER_MINUTE, Enrollments

SPARED = 0.9  # of what a service allows: the rest is for others, who share the limit
HUB_PAGE = 1000
CENTRAL_PAGE = 100

Hear = Callable[[Event], None]


def pace_of(rate: int, hear: Hear, deadlines: Deadlines, *, of_hub: bool) -> Pace:
    """The pace of requests to a service that allows `rate` a minute to all callers."""
    said = lambda seconds: hear(Waiting(seconds, rate, of_hub))  # noqa: E731
    return Pace(int(rate * SPARED), said=said, clock=replace(deadlines.clock, monotonic=deadlines.session_clock))


class UnknownEnrollment(Exception):
    """The provisioning service has no enrollment and no group `name`; `known` are some that it has."""

    def __init__(self, name: str, known: tuple[str, ...]):
        super().__init__(f"There is no enrollment and no enrollment group {name!r}.")
        self.name = name
        self.known = known


class Page(NamedTuple):
    """Devices that are meant, and how many were read for that."""

    devices: list[Listed]
    read: int


class FleetReader(Protocol):
    """The devices of one service. All of it may raise StepFailed, but `count`, which keeps the failure."""

    @property
    def calls(self) -> int | None:
        """How many requests it took so far, None where these are not counted."""

    def estimate(self) -> Estimate:
        """What reading takes."""

    def pages(self) -> Iterator[Page]:
        """The devices that are meant."""

    def frequencies(self, conditions: Sequence[str]) -> tuple[int | None, list[int | None]]:
        """How many devices there are, and how many fulfil each condition. None stands for what was not counted."""

    def count(self) -> Counted:
        """The devices in numbers, with what could not be counted."""

    def close(self) -> None:
        """Let go of the connection."""


class OfHub:
    """The devices of a hub, by its queries."""

    def __init__(self, target: Target, filters: Filters, rate: int, hear: Hear, deadlines: Deadlines):
        self._target, self._filters, self._hear, self._now = target, filters, hear, deadlines.clock.now
        self._pace = pace_of(rate, hear, deadlines, of_hub=True)

    @property
    def calls(self) -> int | None:
        """How many queries it took so far."""
        return self._pace.calls

    def estimate(self) -> HubEstimate:
        """What reading takes. Where the hub cannot be reached, StepFailed is raised."""
        total = hub_fleet.total(self._target, self._now)
        queries = max(-(-(total or 1) // HUB_PAGE), 1)
        seconds = self._pace.seconds_for(queries)
        return HubEstimate(total, queries, seconds, self._pace.per_minute, self._filters != Filters())

    def pages(self) -> Iterator[Page]:
        """The devices as the hub pages them."""
        refused = lambda failure: self._hear(ListingRefused(failure))  # noqa: E731
        with closing(hub_fleet.pages(self._target, self._filters, self._now, self._pace, refused)) as found:
            for rows in found:
                yield Page([*rows], HUB_PAGE)

    def frequencies(self, conditions: Sequence[str]) -> tuple[int | None, list[int | None]]:
        """The counts of the hub, with one query for each condition."""
        return hub_fleet.frequencies(self._target, self._filters, conditions, self._now, self._pace)

    def count(self) -> Counted:
        """The numbers that the hub's queries give. Where some are missing, the numbers say why."""
        counts = hub_fleet.measure(self._target, self._filters, self._now, self._pace)
        failure = next(iter(counts.failures.values()), None) if counts.total is None else None
        return Counted(counts, _OF_HUB, failed(Service.HUB, failure, self._target, self._now()))

    def close(self) -> None:
        """Nothing stays open."""


class OfDps:
    """The devices of a provisioning service, of one enrollment or group where `only` names it."""

    def __init__(self, target: Target, only: str, wanted: str, hear: Hear, deadlines: Deadlines):
        self._dps, self._only, self._wanted, self._hear = target.dps, only, wanted, hear
        self._target, self._now = target, deadlines.clock.now
        self._pace = pace_of(PER_MINUTE, hear, deadlines, of_hub=False)
        paused = lambda why, seconds: hear(Paused(why, seconds))  # noqa: E731
        self._service = Enrollments(target, deadlines.clock.now, self._pace, paused, only)

    @property
    def calls(self) -> int | None:
        """How many requests it took so far."""
        return self._pace.calls

    def estimate(self) -> DpsEstimate:
        """What reading takes. Raises UnknownEnrollment."""
        extent = self._service.extent()
        if self._only and not (extent.enrollments or extent.groups):
            raise UnknownEnrollment(self._only, tuple(self._service.names()))
        requests = self._pace.calls + extent.enrollments + extent.groups
        return DpsEstimate(extent, self._pace.seconds_for(requests), self._pace.per_minute)

    def pages(self) -> Iterator[Page]:
        """The devices with the status that is wanted, as the service pages them."""
        with closing(self._service.pages()) as found:
            for page in found:
                yield Page([each for each in page if self._wanted in ("", each.status)], len(page))

    def frequencies(self, conditions: Sequence[str]) -> tuple[int | None, list[int | None]]:
        """The provisioning service counts nothing."""
        return None, [None] * len(conditions)

    def count(self) -> Counted:
        """The numbers of all devices that were read. Raises UnknownEnrollment."""
        counts = DpsFleet(self._dps)
        entries: dict[str, Entry] = {}
        try:
            self._hear(self.estimate())
            for page in self._service.pages():
                for each in page:
                    entry = statuses.of_enrolled(each)
                    entries[entry.code] = entry
                    counts.add(entry.code, each, MOST_EXAMPLES)
        except StepFailed as ended:
            counts.failure = ended.failure
        counts.calls = self._pace.calls
        healthy = frozenset(entry.code for entry in statuses.HEALTHY)
        finding = failed(Service.DPS, counts.failure, self._target, self._now())
        return Counted(counts, entries, finding, healthy)

    def close(self) -> None:
        """Let go of the connection."""
        self._service.close()


class OfCentral:
    """The devices of an application."""

    def __init__(self, target: Target, filters: Filters, hear: Hear, deadlines: Deadlines):
        self._target, self._filters, self._now = target, filters, deadlines.clock.now
        self._paused = lambda why, seconds: hear(Paused(why, seconds))

    calls: int | None = None

    def estimate(self) -> CentralEstimate:
        """Nothing tells how much there is."""
        return CentralEstimate()

    def pages(self) -> Iterator[Page]:
        """The devices that the filters let through, of a hundred that were read."""
        chosen: list[Listed] = []
        read = 0
        with closing(central_fleet.devices(self._target, self._paused)) as found:
            for read, each in enumerate(found, 1):
                if self._wanted(each):
                    chosen.append(each)
                if read % CENTRAL_PAGE == 0:
                    yield Page(chosen, CENTRAL_PAGE)
                    chosen = []
        yield Page(chosen, read % CENTRAL_PAGE)

    def _wanted(self, each: CentralDevice) -> bool:
        entry = statuses.of_central(each.provisioned, each.enabled)
        model = self._filters.model
        return (not model or model == (each.template or "none")) and self._filters.status in (
            "",
            entry.code.removeprefix("central-"),
        )

    def frequencies(self, conditions: Sequence[str]) -> tuple[int | None, list[int | None]]:
        """An application counts nothing."""
        return None, [None] * len(conditions)

    def count(self) -> Counted:
        """The numbers of all devices that were read."""
        counts = central_fleet.count(self._target, self._paused)
        states = ((True, True), (False, True), (True, False), (False, False))
        entries = {state: statuses.of_central(*state) for state in states}
        finding = failed(Service.CENTRAL, counts.failure, self._target, self._now())
        return Counted(counts, entries, finding, unassociated=central.UNASSOCIATED)

    def close(self) -> None:
        """Nothing stays open."""


def failed(service: Service, failure: Failure | None, target: Target, now: float) -> Finding | None:
    """What a failure of a service means, with the causes that the way in which it was opened leaves.

    A cause that is proven stands alone.
    """
    if failure is None:
        return None
    found = finding_of(service, failure)
    if failure.kind is Kind.UNAUTHORIZED and target.instead is not None:
        target = target.instead() or replace(target, instead=None)  # the service refused the login before
    access = opened_by(target)
    opened = {Service.HUB: {"access": access}, Service.DPS: {"dps_access": access}}
    facts = given(now, **opened.get(service, {"central_access": central_opened_by(target)}))
    left = causes_left(found.entry, facts, {})
    proven = [cause for cause, standing in left if standing is Standing.PROVEN]
    return replace(found, entry=replace(found.entry, causes=tuple(proven or (cause for cause, _ in left))))


_OF_HUB = {
    "connected": status.CONNECTED,
    "disconnected": registry.DEVICE_DISCONNECTED,
    "never-connected": registry.DEVICE_NEVER_SEEN,
    "disabled": registry.DEVICE_DISABLED,
}
