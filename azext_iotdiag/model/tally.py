"""What judging many messages came to: how many, and the findings counted by code and field. Its size does not grow with
the messages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from azext_iotdiag.model.finding import Entry, Finding, Severity

_INDEX = re.compile(r"\[\d+\]")
DEVICES = 1000  # remembered by name for each group, and in all; beyond that they are only counted as more
GROUPS = 1000  # after that many, new fields of a code are counted together
OTHERS = "(other fields)"


class Found(NamedTuple):
    """A finding in a message: who sent it, when (ms since 1970, 0 where unknown), and where it was recorded."""

    finding: Finding
    device: str = ""
    module: str = ""
    component: str = ""
    enqueued: int = 0
    path: str = ""
    unit: str = ""
    number: int = 0


@dataclass
class Group:
    """The findings with one code at one field. `first` and `last` are times of messages, 0 where none had one."""

    entry: Entry
    severity: Severity
    place: str
    component: str
    module: str
    sample: Found
    count: int = 0
    first: int = 0
    last: int = 0
    devices: dict[str, None] = field(default_factory=dict)
    more_devices: bool = False

    def add(self, found: Found) -> None:
        """Count one more."""
        self.count += 1
        if found.enqueued:
            self.first = min(self.first or found.enqueued, found.enqueued)
            self.last = max(self.last, found.enqueued)
        self._saw((found.device,))

    def merge(self, other: Group) -> None:
        """Count what another group of the same code and field counted after this one."""
        self.count += other.count
        if other.first:
            self.first = min(self.first or other.first, other.first)
            self.last = max(self.last, other.last)
        self.more_devices |= other.more_devices
        self._saw(other.devices)

    def _saw(self, devices: Iterable[str]) -> None:
        for device in devices:
            if device and device not in self.devices:
                if len(self.devices) < DEVICES:
                    self.devices[device] = None
                else:
                    self.more_devices = True


Key = tuple[str, str, str, str, Severity]


def key_of(found: Found) -> Key:
    """What findings are counted together by: their code and field, whatever the index in a list, and who sent them."""
    finding = found.finding
    place = _INDEX.sub("[*]", finding.path) if "[" in finding.path else finding.path
    return finding.entry.code, place, found.component, found.module, finding.severity


@dataclass(frozen=True)
class Judged:
    """What judging came to, as a fact: how many messages, how many violations that are errors, and what was not judged.

    `faulty` messages have an error, shown or not. `empty` tells that there was nothing to judge.
    """

    messages: int
    errors: int = 0
    faulty: int = 0
    unjudged: int = 0
    empty: bool = False

    @property
    def wrong(self) -> bool:
        """Whether something is wrong with what was sent."""
        return bool(self.errors or self.faulty or self.empty)


@dataclass
class Tally:
    """The account of a run. `skipped` messages were none of the devices' telemetry, `hidden` ones not asked for.

    `unwrapped` counts messages by the other tool that had wrapped them, `twins` the skipped ones that are a twin. Of
    several runs, `repeated` messages with findings came in more than one and count once, and `unended` runs left no
    account, so that only their findings are known.
    """

    messages: int = 0
    faulty: int = 0
    skipped: int = 0
    hidden: int = 0
    groups: dict[Key, Group] = field(default_factory=dict)
    devices: dict[str, None] = field(default_factory=dict)
    more_devices: bool = False
    unwrapped: dict[str, int] = field(default_factory=dict)
    twins: int = 0
    repeated: int = 0
    unended: int = 0

    def saw(self, device: str) -> None:
        """Count a message of this device."""
        self.messages += 1
        if device not in self.devices and device:
            if len(self.devices) < DEVICES:
                self.devices[device] = None
            else:
                self.more_devices = True

    def add(self, found: Found) -> Group:
        """Count a finding; returns the group that it belongs to."""
        key = key_of(found)
        if key not in self.groups and len(self.groups) >= GROUPS:
            key = (key[0], OTHERS, "", "", key[4])
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = Group(found.finding.entry, key[4], key[1], key[2], key[3], found)
        group.add(found)
        return group

    def merge(self, other: Tally) -> None:
        """Add the account of what came after."""
        self.messages += other.messages
        self.faulty += other.faulty
        self.skipped += other.skipped
        self.twins += other.twins
        self.hidden += other.hidden
        self.repeated += other.repeated
        self.unended += other.unended
        self.more_devices |= other.more_devices
        for form, count in other.unwrapped.items():
            self.unwrapped[form] = self.unwrapped.get(form, 0) + count
        for device in other.devices:
            if device in self.devices or len(self.devices) < DEVICES:
                self.devices[device] = None
            else:
                self.more_devices = True
        for key, group in other.groups.items():
            if key not in self.groups and len(self.groups) >= GROUPS:
                key = (key[0], OTHERS, "", "", key[4])
            if key in self.groups:
                self.groups[key].merge(group)
            else:
                group.place = key[1]
                self.groups[key] = group

    def count(self, severity: Severity) -> int:
        """How many findings are of this severity."""
        return sum(group.count for group in self.groups.values() if group.severity is severity)

    def judged(self, *, unjudged: int = 0, empty: bool = False) -> Judged:
        """The account as a fact."""
        return Judged(self.messages, self.count(Severity.FAIL), self.faulty, unjudged, empty)

    def ranked(self) -> list[Group]:
        """The groups, the worst first, and of those the most frequent."""
        return sorted(self.groups.values(), key=lambda group: (-group.severity.rank, -group.count))
