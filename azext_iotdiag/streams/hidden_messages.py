"""Counting what filters hide, in memory that does not grow with the stream, and only where something is hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from azext_iotdiag.model.event import Event
from azext_iotdiag.model.hidden_messages import HiddenMessages, Seen
from azext_iotdiag.streams.filters import DEVICE_OPTIONS, Test

MOST_DEVICES = 1000  # of later ones only those are kept whose id is the one asked for, in any case


class HiddenCounter:
    """Call it with each hidden message; `hidden_messages()` is the account so far.

    `tests` are the filters by the option that asked for each. `asked` is the device id that was asked for, where there
    was one.
    """

    def __init__(self, tests: Mapping[str, Test], *, asked: str = "", most: int = MOST_DEVICES):
        self._tests = tuple(tests.items())
        self._folded = asked.casefold()
        self._most = most
        self._by_filter: Counter[str] = Counter()
        self._devices: dict[str, list[int]] = {}
        self._complete = True
        self._enqueued = 0

    def __call__(self, event: Event) -> None:
        option = next((option for option, test in self._tests if not test(event)), "")
        self._by_filter[option] += 1
        self._enqueued = max(self._enqueued, event.enqueued)
        if option not in DEVICE_OPTIONS:
            return
        seen = self._devices.get(event.device)
        if seen is not None:
            seen[0] += 1
            seen[1] = max(seen[1], event.enqueued)
        elif len(self._devices) < self._most or event.device.casefold() == self._folded:
            self._devices[event.device] = [1, event.enqueued]
        else:
            self._complete = False

    def hidden_messages(self) -> HiddenMessages:
        """The account so far."""
        devices = {device: Seen(*seen) for device, seen in self._devices.items()}
        return HiddenMessages(dict(self._by_filter), devices, self._complete, self._enqueued)
