"""A hub's resource log: its rows, and what was found in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from azext_iotdiag.model import exit_codes
from azext_iotdiag.model.finding import Entry, Finding, Severity

CONNECT, DISCONNECT = "deviceConnect", "deviceDisconnect"
CODES_OF_RENEWAL = frozenset({"401003", "404104"})  # what the hub logs when a token has ended
CONNECTIONS = "Connections"  # the category of these two


class Shape(NamedTuple):
    """All of a row that is the same in many rows. What a row does not say is empty.

    `code` has six digits where the row is an error, or three where a provisioning service logged it. `rule` tells that
    an IP rule let the address in.
    """

    category: str = ""
    operation: str = ""
    code: str = ""
    name: str = ""
    protocol: str = ""
    address: str = ""
    sdk: str = ""
    login: str = ""
    tls: str = ""
    region: str = ""
    rule: str = ""

    @property
    def connects(self) -> bool:
        """Whether the device was let in."""
        return self.operation == CONNECT and not self.code

    @property
    def refused(self) -> bool:
        """Whether the device was not let in."""
        return self.operation == CONNECT and bool(self.code)

    @property
    def ends(self) -> bool:
        """Whether a connection ended."""
        return self.operation == DISCONNECT


class Row(NamedTuple):
    """A row of one device; `moment` is in milliseconds since 1970."""

    moment: int
    shape: Shape


class Timeline(NamedTuple):
    """The rows of one device, or of what names no device, in the order of time."""

    hub: str
    device: str
    rows: Sequence[Row]


class Group(NamedTuple):
    """Errors of one device with one code. `entries` is empty for a code that is not known."""

    hub: str
    device: str
    code: str
    name: str
    categories: tuple[str, ...]
    times: int
    first: int
    last: int
    entries: tuple[Entry, ...] = ()


class Recognised(NamedTuple):
    """A pattern in the rows of these devices, and its evidence."""

    finding: Finding
    devices: tuple[str, ...]
    first: int
    last: int


class Unread(NamedTuple):
    """Rows that could not be read: how many, and for the first of them where it stands and why."""

    times: int = 0
    first: str = ""


class RowsRead(NamedTuple):
    """So many rows are read."""

    rows: int


class ReadingInterrupted(NamedTuple):
    """Reading was interrupted after so many rows."""

    rows: int


class LogRead(NamedTuple):
    """What rows of a resource log come to.

    Where `device` is not empty, it is the pattern of the devices that are meant. All counts and times are of the rows
    of these devices then, and `rows_read` counts the rows of all devices.
    `first` and `last` are the times of the oldest and the newest row, 0 where there is none. `errors` counts the rows
    with an error, also those whose group is not in `groups`. `whole` is False where the reading was interrupted.
    `hub` is the host of the hub whose workspace was asked, about rows from `since` on; empty for files. It is `of_dps`
    where that host is a provisioning service. `partial` says
    in the service's words why rows are missing, and `failure` why none could be read.
    """

    rows: int
    devices: int
    errors: int
    first: int
    last: int
    groups: tuple[Group, ...]
    patterns: tuple[Recognised, ...]
    unread: Unread = Unread()
    timeline: Timeline | None = None
    whole: bool = True
    hub: str = ""
    since: int = 0
    partial: str = ""
    failure: Finding | None = None
    of_dps: bool = False
    device: str = ""
    rows_read: int = 0

    @property
    def harmless(self) -> frozenset[str]:
        """The devices whose errors a harmless pattern explains, and no other."""
        good: set[str] = set()
        bad: set[str] = set()
        for each in self.patterns:
            (good if each.finding.severity is Severity.NOTE else bad).update(each.devices)
        return frozenset(good - bad)

    @property
    def problems(self) -> tuple[Group, ...]:
        """The errors that no harmless pattern explains."""
        harmless = self.harmless
        return tuple(each for each in self.groups if each.device not in harmless or each.code not in CODES_OF_RENEWAL)

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        if not self.whole:
            return exit_codes.INTERRUPTED
        if not self.rows or self.failure is not None:
            return exit_codes.UNDETERMINED
        wrong = self.problems or any(each.finding.severity is not Severity.NOTE for each in self.patterns)
        return exit_codes.PROBLEM if wrong else exit_codes.HEALTHY
