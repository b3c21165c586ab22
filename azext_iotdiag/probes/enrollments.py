"""All devices of a provisioning service: enrollments and the registrations of groups by the thousand.

A list of enrollments does not tell what became of their registrations (Azure/azure-iot-sdk-csharp issue 3478), so each
takes a request of its own, at a pace that the service allows. What a group took in comes with its list.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

from azext_iotdiag.clients.dps import Dps
from azext_iotdiag.clients.pace import Pace
from azext_iotdiag.model.dps import Enrolled, Enrollment, Extent, Registration
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.target import Target
from azext_iotdiag.probes import readings

# Operations a minute that a service allows: https://learn.microsoft.com/azure/iot-dps/about-iot-dps#quotas-and-limits
PER_MINUTE = 1000


class Enrollments:
    """What a provisioning service has, of one enrollment or group where `only` names it.

    Everything may raise StepFailed. `pace` is kept for every request; `said` hears of pauses that the service asks for.
    """

    def __init__(
        self, target: Target, now: Callable[[], float], pace: Pace, said: Callable[[str, float], None], only: str = ""
    ):
        self._service = Dps(target, now, said, before=pace.wait)
        self._only = only

    def close(self) -> None:
        """Let go of the connection."""
        self._service.close()

    def extent(self) -> Extent:
        """How much there is to read."""
        enrollments = sum(len(page) for page in self._individual())
        return Extent(enrollments, sum(len(page) for page in self._groups()))

    def names(self) -> list[str]:
        """The ids of all groups, and of the enrollments on the first page."""
        first = next(self._service.enrollments(), [])
        groups = [readings.enrollment(each).id for page in self._service.groups() for each in page]
        return groups + [readings.enrollment(each).id for each in first]

    def pages(self) -> Generator[list[Enrolled], None, None]:
        """The devices, so many at a time as came with one answer: those with an enrollment of their own singly."""
        for page in self._individual():
            for each in page:
                yield [Enrolled(each, self._registration(each.id))]
        for page in self._groups():
            for group in page:
                for rows in self._service.registrations(group.id):
                    yield [Enrolled(group, readings.registration(row), group.id) for row in rows]

    def _individual(self) -> Iterator[list[Enrollment]]:
        if not self._only:
            for page in self._service.enrollments():
                yield [readings.enrollment(row) for row in page]
        elif found := self._one(self._service.enrollment):
            yield [found]

    def _groups(self) -> Iterator[list[Enrollment]]:
        if not self._only:
            for page in self._service.groups():
                yield [readings.enrollment(row) for row in page]
        elif found := self._one(self._service.group):
            yield [found]

    def _one(self, ask: Callable[[str], dict[str, Any]]) -> Enrollment | None:
        told = _unless_missing(ask, self._only)
        return None if told is None else readings.enrollment(told)

    def _registration(self, name: str) -> Registration | None:
        told = _unless_missing(self._service.registration, name)
        return None if told is None else readings.registration(told)


def _unless_missing(ask: Callable[[str], dict[str, Any]], name: str) -> dict[str, Any] | None:
    try:
        return ask(name)
    except StepFailed as failed:
        if failed.failure.kind is Kind.MISSING:
            return None
        raise
