"""`device list` and `device summary`: a fleet read page by page, as events. What is held does not grow with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from azext_iotdiag.checks import statuses
from azext_iotdiag.checks.failures import Service
from azext_iotdiag.clients.deadlines import Deadlines, usual
from azext_iotdiag.insights.shared import Compared, Trait, Traits, compared, most_telling
from azext_iotdiag.model.dps import Enrolled
from azext_iotdiag.model.ending import End
from azext_iotdiag.model.failure import Failure, StepFailed
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.model.fleet import Filters, Row
from azext_iotdiag.model.listing import Counted, Event, HubEstimate, Listed, ListEnded, ListingProgress, ShownDevice
from azext_iotdiag.model.target import Target
from azext_iotdiag.sessions import fleets
from azext_iotdiag.sessions.fleets import Hear

PROGRESS_SECONDS = 5.0
MOST_COMPARED = 15  # traits, with a query for each: what the usual pace of a hub allows in a minute
Form = Callable[[ShownDevice], bytes]


@dataclass(frozen=True)
class DevicesAsked:
    """Which devices of a service are meant.

    `enrollment` names the one enrollment or group of a provisioning service that counts. `query_rate` is how many
    queries a minute the hub allows to all callers.
    """

    filters: Filters = field(default_factory=Filters)
    enrollment: str = ""
    query_rate: int = 20


Open = Callable[[Target, DevicesAsked, Hear, Deadlines], fleets.FleetReader]


class Listing:
    """The devices of a service: bytes to show as `form` makes them, None where nothing is left for now, and events.

    Iterate it once, and then what `end` gives. `hear` gets at once what happens while a request is under way.
    """

    def __init__(
        self,
        target: Target,
        asked: DevicesAsked,
        form: Form,
        hear: Hear,
        deadlines: Deadlines | None = None,
        open_: Open | None = None,
    ):
        deadlines = deadlines or usual()
        self._service, self._target, self._now = service_of(target), target, deadlines.clock.now
        self._form = form
        self._clock = deadlines.session_clock
        self._fleet = (open_ or opened)(target, asked, hear, deadlines)
        self._traits = Traits() if asked.filters.quiet_since is not None else None
        self._compared: list[Compared] = []
        self._begun = False
        self._shown = self._unsure = 0
        self._failure: Failure | None = None

    def __iter__(self) -> Iterator[bytes | Event | None]:
        """A service that fails ends it. Raises UnknownEnrollment."""
        try:
            with closing(self._fleet):
                yield from self._items()
        except StepFailed as failed:
            self._failure = failed.failure

    def _items(self) -> Iterator[bytes | Event | None]:
        said, read = self._clock(), 0
        estimate = self._fleet.estimate()
        total = estimate.total if isinstance(estimate, HubEstimate) else None
        self._begun = True
        yield estimate
        for page in self._fleet.pages():
            read += page.read
            for device in page.devices:
                self._take(device)
                yield self._form(ShownDevice(device, status_of(device)))
            yield None
            if self._clock() - said >= PROGRESS_SECONDS:
                said = self._clock()
                yield ListingProgress(read, total, self._shown)
        self._compare()

    def _take(self, device: Listed) -> None:
        self._shown += 1
        if not isinstance(device, Row):
            return
        if not device.sure:
            self._unsure += 1
        elif self._traits is not None:
            self._traits.add(device)

    def _compare(self) -> None:
        """Compare what the quiet devices share with the rest of the fleet, which the hub counts."""
        if self._traits is None or self._traits.devices < 2:
            return
        asked = [trait for trait in self._traits.shared() if trait.condition][:MOST_COMPARED]
        devices, counts = self._fleet.frequencies([trait.condition for trait in asked])
        if devices is not None:
            found = zip(asked, counts)
            self._compared = [compared(trait, each, devices) for trait, each in found if each is not None]

    def _uncounted(self) -> Iterator[Trait]:
        """What most quiet devices share, where the others were not counted."""
        counted = {each.trait for each in self._compared}
        shared = self._traits.shared() if self._traits is not None else ()
        return (trait for trait in shared if trait not in counted)

    def end(self, stopped: End | None) -> Iterator[Event]:
        """What it came to. `stopped` says who ended the iteration, None where it came to its end."""
        failure = self._failure
        yield ListEnded(
            stopped,
            self._shown,
            self._begun,
            self._fleet.calls,
            fleets.failed(self._service, failure, self._target, self._now()),
            None if self._traits is None else tuple(most_telling(self._compared)),
            tuple(self._uncounted()),
            0 if self._traits is None else self._traits.devices,
            self._unsure,
        )


def count(target: Target, asked: DevicesAsked, hear: Hear, deadlines: Deadlines | None = None) -> Counted:
    """Count the devices of a service by their status. What it did not tell is left out, with the reason.

    `hear` gets what happens meanwhile. Raises UnknownEnrollment.
    """
    deadlines = deadlines or usual()
    with closing(opened(target, asked, hear, deadlines)) as fleet:
        return fleet.count()


def service_of(target: Target) -> Service:
    """The service that a target opens."""
    if target.app:
        return Service.CENTRAL
    return Service.DPS if target.dps else Service.HUB


def status_of(device: Listed) -> Entry:
    """The status of a device as its service shows it."""
    if isinstance(device, Row):
        return statuses.of_identity(device.identity)
    if isinstance(device, Enrolled):
        return statuses.of_enrolled(device)
    return statuses.of_central(device.provisioned, device.enabled)


def opened(target: Target, asked: DevicesAsked, hear: Hear, deadlines: Deadlines) -> fleets.FleetReader:
    """The devices of the service that is asked."""
    service = service_of(target)
    if service is Service.CENTRAL:
        return fleets.OfCentral(target, asked.filters, hear, deadlines)
    if service is Service.DPS:
        return fleets.OfDps(target, asked.enrollment, asked.filters.status, hear, deadlines)
    return fleets.OfHub(target, asked.filters, asked.query_rate, hear, deadlines)
