"""The devices of the lab's hub: some that are held, and a fleet of any size of which each is made when it is asked for.

The fleet is in different states, in shares that do not depend on its size, so that a tool has something to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.twin import Twin
from azext_iotdiag.model.target import Secret

MODEL = "dtmi:com:example:Pump;1"
SITES = ("east", "south", "west", "centre")
QUIET_SITE, QUIET_SECONDS = "north", 14 * 3600
_NAME = re.compile(r"fleet-([0-9]{6})")
_NO_KEY = Secret("")


class Devices(dict[str, Device]):
    """Devices by their ids. Looking at one of the fleet makes and holds it; iterating shows those that are held.

    `now` is in seconds since 1970: the time from which the fleet's last signs count back.
    """

    def __init__(self, named: Iterable[Device], fleet: int = 0, now: float = 0.0, generation: str = ""):
        super().__init__((device.device_id, device) for device in named)
        self._fleet, self._now, self._generation = fleet, now, generation
        self._gone: set[str] = set()

    def __missing__(self, device_id: str) -> Device:
        number = self._number(device_id)
        if not number:
            raise KeyError(device_id)
        made = self[device_id] = self._made(number, new_key(), new_key())
        return made

    def __contains__(self, device_id: object) -> bool:
        return super().__contains__(device_id) or self._number(device_id) > 0

    def get(self, device_id, default=None):  # type: ignore[no-untyped-def]
        """The device of that id."""
        try:
            return self[device_id]
        except KeyError:
            return default

    def __delitem__(self, device_id: str) -> None:
        if device_id in self:
            self[device_id]  # pylint: disable=pointless-statement  # so that it is held, and can be taken out
        super().__delitem__(device_id)
        self._gone.add(device_id)

    def count(self) -> int:
        """How many devices there are, the fleet included."""
        of_fleet = sum(self._is_of_fleet(each) for each in self)
        gone = sum(self._is_of_fleet(each) for each in self._gone.difference(self.keys()))
        return len(self) + self._fleet - of_fleet - gone

    def everyone(self, start: int = 0) -> Iterator[Device]:
        """All devices from a place on. Those of the fleet that were not asked for yet have no keys."""
        named = [device for name, device in self.items() if not self._is_of_fleet(name)]
        yield from islice(named, start, None)
        numbers: Iterable[int] = range(1, self._fleet + 1)
        if self._gone:
            numbers = [number for number in numbers if self._number(f"fleet-{number:06}")]
        for number in islice(numbers, max(start - len(named), 0), None):
            name = f"fleet-{number:06}"
            yield self[name] if super().__contains__(name) else self._made(number, _NO_KEY, _NO_KEY)

    def _number(self, device_id: object) -> int:
        """The number of a device of the fleet that is there, else 0."""
        found = _NAME.fullmatch(device_id) if isinstance(device_id, str) else None
        number = int(found[1]) if found and device_id not in self._gone else 0
        return number if number <= self._fleet else 0

    def _is_of_fleet(self, device_id: str) -> bool:
        found = _NAME.fullmatch(device_id)
        return found is not None and 1 <= int(found[1]) <= self._fleet

    def _made(self, number: int, primary: Secret, secondary: Secret) -> Device:
        device = Device(
            f"fleet-{number:06}",
            primary,
            secondary,
            generation_id=self._generation,
            model_id=MODEL if number % 10 else "",
            connected=True,
            last_activity=self._now - number % 240,
            twin=Twin(tags={"site": SITES[number % 4], "serial": number}),
            authentication="sas" if number % 20 else "selfSigned",
        )
        if number % 1000 == 7:
            device.status, device.status_reason, device.connected = "disabled", "retired", False
        elif number % 500 == 3:
            device.connected, device.last_activity = False, None
        elif number % 300 == 11:
            device.connected, device.last_activity = False, self._now - QUIET_SECONDS
            device.twin.tags["site"] = QUIET_SITE
        elif number % 50 == 1:
            device.connected, device.last_activity = False, self._now - 3600
        return device
