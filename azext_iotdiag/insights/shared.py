"""What a number of devices have in common, counted while they pass by. What is held does not grow with their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import NamedTuple

from azext_iotdiag.model.fleet import Row

MOST_VALUES = 200  # of one trait: what has more, such as a serial number, is shared by nobody
MOST_TRAITS = 50
SHARED = 0.5  # of the devices


class Trait(NamedTuple):
    """A value that at least half of the devices have, and how many that is."""

    name: str
    value: str
    times: int
    of: int


class Traits:
    """Takes in devices one by one."""

    def __init__(self) -> None:
        self.devices = 0
        self._counts: dict[str, Counter[str]] = {}
        self._many: set[str] = set()

    def add(self, row: Row) -> None:
        """Count what this device has."""
        self.devices += 1
        for name, value in _traits(row):
            if name in self._many or (name not in self._counts and len(self._counts) >= MOST_TRAITS):
                continue
            counts = self._counts.setdefault(name, Counter())
            counts[value] += 1
            if len(counts) > MOST_VALUES:
                self._many.add(name)
                del self._counts[name]

    def shared(self) -> list[Trait]:
        """What at least half of them share, most of all first."""
        found = [
            Trait(name, value, count, self.devices)
            for name, counts in self._counts.items()
            for value, count in counts.most_common(1)
            if count >= max(self.devices * SHARED, 2)
        ]
        return sorted(found, key=lambda trait: -trait.times)


def _traits(row: Row) -> Iterator[tuple[str, str]]:
    seen = row.identity
    yield "authentication", seen.authentication or "not told"
    yield "model", seen.model or "none"
    yield "IoT Edge", "yes" if seen.edge else "no"
    if seen.parents:
        yield "behind a gateway", "yes"
    if seen.last_activity is not None:
        when = datetime.fromtimestamp(seen.last_activity / 1000, timezone.utc)
        yield "hour of the last sign (UTC)", f"{when:%Y-%m-%d %H}:00"
    for name, value in row.tags.items():
        if isinstance(value, (str, int, float, bool)):
            yield f"tag {name}", str(value)
        elif isinstance(value, dict):
            yield from (
                (f"tag {name}.{inner}", str(each))
                for inner, each in value.items()
                if isinstance(each, (str, int, float, bool))
            )
