"""What a number of devices have in common, counted while they pass by. What is held does not grow with their number."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from azext_iotdiag.model.fleet import Row
from azext_iotdiag.model.shares import SHARED, Share, telling

MOST_VALUES = 200  # of one trait: what has more, such as a serial number, is shared by none
MOST_TRAITS = 50

HOUR = "hour of the last sign (UTC)"

_PATH = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)


class Trait(NamedTuple):
    """A value that at least half of the devices have, and how many that is.

    `condition` is what picks the devices with this value in a query of the hub, empty where no query can.
    """

    name: str
    value: str
    times: int
    of: int
    condition: str = ""


class Compared(NamedTuple):
    """A trait, and how many of the other devices have it: `others` of `other_devices`."""

    trait: Trait
    others: int
    other_devices: int

    @property
    def difference(self) -> float:
        """How much more often the devices have it than the others do, from -1 to 1."""
        rest = self.others / self.other_devices if self.other_devices else 0.0
        return self.trait.times / self.trait.of - rest


def compared(trait: Trait, times: int, devices: int) -> Compared:
    """A trait that `times` of all `devices` have. The counts may be older than the list, and never below it."""
    others = max(devices - trait.of, 0)
    return Compared(trait, min(max(times - trait.times, 0), others), others)


def most_telling(found: Iterable[Compared]) -> list[Compared]:
    """Those that tell the devices from the others by more than chance, the most telling first."""
    by_share = {_share(each): each for each in found}
    return [by_share[share] for share in telling(list(by_share))]


def _share(each: Compared) -> Share:
    trait = each.trait
    return Share(trait.name, trait.value, trait.times, trait.of, each.others, each.other_devices)


class Traits:
    """Takes in devices one by one."""

    def __init__(self) -> None:
        self.devices = 0
        self._counts: dict[str, Counter[tuple[str, str]]] = {}
        self._many: set[str] = set()

    def add(self, row: Row) -> None:
        """Count what this device has."""
        self.devices += 1
        for name, value, condition in _traits(row):
            if name in self._many or (name not in self._counts and len(self._counts) >= MOST_TRAITS):
                continue
            counts = self._counts.setdefault(name, Counter())
            counts[value, condition] += 1
            if len(counts) > MOST_VALUES:
                self._many.add(name)
                del self._counts[name]

    def shared(self) -> list[Trait]:
        """What at least half of them share, most of all first."""
        found = [
            Trait(name, value, count, self.devices, condition)
            for name, counts in self._counts.items()
            for (value, condition), count in counts.most_common(1)
            if count >= max(self.devices * SHARED, 2)
        ]
        return sorted(found, key=lambda trait: -trait.times)


def _traits(row: Row) -> Iterator[tuple[str, str, str]]:
    """Name, value and condition of each trait."""
    seen = row.identity
    yield "authentication", seen.authentication or "not known", _equals("authenticationType", seen.authentication)
    yield "model", seen.model or "none", _equals("modelId", seen.model)
    yield "IoT Edge", "yes" if seen.edge else "no", _equals("capabilities.iotEdge", seen.edge)
    if seen.parents:
        yield "behind a gateway", "yes", ""
    if seen.last_activity is not None:
        when = datetime.fromtimestamp(seen.last_activity / 1000, timezone.utc)
        hours = f"{when:%Y-%m-%dT%H}:00:00Z", f"{when + timedelta(hours=1):%Y-%m-%dT%H}:00:00Z"
        condition = f"lastActivityTime >= '{hours[0]}' AND lastActivityTime < '{hours[1]}'"
        yield HOUR, f"{when:%Y-%m-%d %H}:00", condition
    for name, value in row.tags.items():
        if isinstance(value, (str, int, float, bool)):
            yield f"tag {name}", str(value), _equals(f"tags.{name}", value)
        elif isinstance(value, dict):
            yield from (
                (f"tag {name}.{inner}", str(each), _equals(f"tags.{name}.{inner}", each))
                for inner, each in value.items()
                if isinstance(each, (str, int, float, bool))
            )


def _equals(path: str, value: str | float | bool) -> str:
    """The condition that a property has a value; empty for no value, and for a name that takes quoting."""
    if value == "" or not _PATH.fullmatch(path):
        return ""
    if isinstance(value, str):
        quoted = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"{path} = '{quoted}'"
    return f"{path} = {json.dumps(value)}"
