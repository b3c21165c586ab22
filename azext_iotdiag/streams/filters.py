"""Which messages are asked for: the filters of a command made into one test, and what is not asked costs nothing."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from azext_iotdiag.model.event import Event

Test = Callable[[Event], Any]

# The model that a sender says it follows, and what the first preview of plug and play had in its place.
# https://learn.microsoft.com/azure/iot/concepts-message-payloads
_MODEL, _INTERFACE = "dt-dataschema", "iothub-interface-name"


class Filters(NamedTuple):
    """Patterns, all of which a message must match: * stands for any text, ? for one character, None for no filter.

    Case counts, as it does for the service. `interface` is the id of the model or of the interface.
    """

    device: str | None = None
    module: str | None = None
    component: str | None = None
    interface: str | None = None

    @property
    def asked(self) -> bool:
        """Whether there is any filter."""
        return self != Filters()

    @property
    def exact_device(self) -> str:
        """The id of the one device that is asked for, empty where it may be any or several."""
        return self.device if self.device and not _wild(self.device) else ""


def matcher(filters: Filters) -> Test | None:
    """One test for all that is asked for, or None where nothing is."""
    tests = [made for made in map(_test, _READ, filters) if made is not None]
    if len(tests) < 2:
        return tests[0] if tests else None
    first, *others = tests
    return lambda event: first(event) and all(test(event) for test in others)


def _interface(event: Event) -> str:
    marks = event.annotations
    return str(marks.get(_MODEL) or marks.get(_INTERFACE) or "")


_READ: tuple[Callable[[Event], str], ...] = (  # in the order of the fields of Filters
    lambda event: event.device,
    lambda event: event.module,
    lambda event: event.component,
    _interface,
)


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
