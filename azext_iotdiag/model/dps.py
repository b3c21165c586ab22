"""What a Device Provisioning Service says of a device: its enrollment, and what became of its registration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from azext_iotdiag.model.failure import Failure


@dataclass(frozen=True)
class Registration:
    """What became of a registration. `status` is unassigned, assigning, assigned, failed or disabled.

    `error_code` has six digits, 0 where there is none. `updated` is in milliseconds since 1970.
    """

    id: str
    status: str = ""
    substatus: str = ""
    hub: str = ""
    device: str = ""
    error_code: int = 0
    error_message: str = ""
    updated: int | None = None


@dataclass(frozen=True)
class Enrollment:
    """An individual enrollment or a group. `attestation` is symmetricKey, x509 or tpm.

    `updated` is when it was changed last, in milliseconds since 1970. `thumbprints` are those of the device's own
    certificates, SHA-1 and SHA-256.
    """

    id: str
    group: bool = False
    enabled: bool = True
    attestation: str = ""
    allocation: str = ""
    hubs: tuple[str, ...] = ()
    device: str = ""
    updated: int | None = None
    thumbprints: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProvisioningAsked:
    """What was looked for: the provisioning service's host, and the id of a registration, enrollment or group.

    `expected` is False where a device of a hub was looked up by its id alone, which may well come without provisioning.
    """

    host: str
    id: str
    expected: bool = True


class Enrolled(NamedTuple):
    """A device of a list: of an enrollment of its own, or one that registered by a group, whose id `group` then is.

    `registration` is None where it never registered.
    """

    enrollment: Enrollment
    registration: Registration | None
    group: str = ""

    @property
    def id(self) -> str:
        """The id with which it registers."""
        return self.registration.id if self.registration is not None else self.enrollment.id

    @property
    def status(self) -> str:
        """One word of `STATUSES`: disabled where the enrollment or its group is, whatever became of it before."""
        if not self.enrollment.enabled:
            return "disabled"
        return self.registration.status if self.registration is not None else "never-registered"


STATUSES = ("unassigned", "assigning", "assigned", "failed", "disabled", "never-registered")


@dataclass(frozen=True)
class Extent:
    """How much there is to read: individual enrollments, each of which takes a request, and groups."""

    enrollments: int
    groups: int


@dataclass
class DpsFleet:
    """Counts of a provisioning service's devices by the code of their status, with some of each.

    `failure` says why not all were read, `calls` how many requests it took.
    """

    dps: str
    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[Enrolled]] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    failure: Failure | None = None
    calls: int = 0

    @property
    def total(self) -> int:
        """How many devices there are."""
        return sum(self.counts.values())

    def add(self, code: str, each: Enrolled, most: int) -> None:
        """Count a device, and keep it as an example while there are fewer than `most`."""
        self.counts[code] = self.counts.get(code, 0) + 1
        self.groups[each.group] = self.groups.get(each.group, 0) + 1
        some = self.examples.setdefault(code, [])
        if len(some) < most:
            some.append(each)
