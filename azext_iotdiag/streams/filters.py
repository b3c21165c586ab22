"""Which messages are asked for: the filters of a command made into one test, and what is not asked costs nothing."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from azext_iotdiag.model.event import Event, model_id

Test = Callable[[Event], Any]

DEVICE_OPTIONS = DEVICE_ID, DEVICE_QUERY = ("--device-id", "--device-query")


class MessageFilters(NamedTuple):
    """Patterns, all of which a message must match: * stands for any text, ? for one character, None for no filter.

    Case counts, as it does for the service. `interface` is the id of the model or of the interface. `devices` and
    `modules`, pairs of device and module, are what a query picked; a message must be of one of either.
    """

    device: str | None = None
    module: str | None = None
    component: str | None = None
    interface: str | None = None
    devices: frozenset[str] | None = None
    modules: frozenset[tuple[str, str]] | None = None

    @property
    def asked(self) -> bool:
        """Whether there is any filter."""
        return self != MessageFilters()

    @property
    def exact_device(self) -> str:
        """The id of the one device that is asked for, empty where it may be any or several."""
        return self.device if self.device and not _wild(self.device) else ""


def matcher(filters: MessageFilters) -> Test | None:
    """One test for all that is asked for, or None where nothing is."""
    made = list(by_option(filters).values())
    if len(made) < 2:
        return made[0] if made else None
    first, *others = made
    return lambda event: first(event) and all(test(event) for test in others)


def by_option(filters: MessageFilters) -> dict[str, Test]:
    """The test for each thing that is asked for, under the option that asks for it; those for devices come first."""
    patterns = (filters.device, None, filters.module, filters.component, filters.interface)
    made = {option: _test(read, pattern) for (option, read), pattern in zip(_READ.items(), patterns, strict=True)}
    if filters.devices is not None or filters.modules is not None:
        made[DEVICE_QUERY] = _among(filters.devices or frozenset(), filters.modules or frozenset())
    return {option: test for option, test in made.items() if test is not None}


_READ: dict[str, Callable[[Event], str]] = {
    DEVICE_ID: lambda event: event.device,
    DEVICE_QUERY: lambda event: event.device,
    "--module-id": lambda event: event.module,
    "--component": lambda event: event.component,
    "--interface": model_id,
}


def _among(devices: frozenset[str], modules: frozenset[tuple[str, str]]) -> Test:
    if not modules:
        return lambda event: event.device in devices
    return lambda event: event.device in devices or (event.device, event.module) in modules


def _test(read: Callable[[Event], str], pattern: str | None) -> Test | None:
    if pattern is None:
        return None
    if not _wild(pattern):
        return lambda event: read(event) == pattern
    # fnmatch gives meaning to brackets, too, which ids may not hold but a typing error may.
    matches = re.compile(fnmatch.translate(pattern.replace("[", "[[]"))).match
    return lambda event: matches(read(event)) is not None


def _wild(pattern: str) -> bool:
    return not set("*?").isdisjoint(pattern)
