"""What the rows of a resource log come to: errors by device and code with their entries, and patterns."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence

from azext_iotdiag.insights.log import Log
from azext_iotdiag.insights.log_rows import PROVISIONING
from azext_iotdiag.insights.patterns import catalogue
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.model.resource_log import LogRead, Recognised, Unread

MOST_GROUPS = 10_000  # that are kept; the most frequent


def found(log: Log, device: str | None = None, timeline: bool = False) -> LogRead:
    """What a log says, of the devices that the pattern `device` names. Patterns are looked for in all rows."""
    first, last = log.window()
    entries: dict[str, tuple[Entry, ...]] = {}
    groups = [each for each in log.errors() if device is None or fnmatch.fnmatchcase(each.device, device)]
    kept = sorted(groups, key=lambda each: (-each.times, each.device, each.code))[:MOST_GROUPS]
    for each in kept:
        if each.code not in entries:
            service = "dps" if each.categories[0] in PROVISIONING else "hub"
            entries[each.code] = lookup.find(each.code, service) or lookup.find(each.name, service)
    return LogRead(
        log.rows,
        log.devices,
        sum(each.times for each in groups),
        first,
        last,
        tuple(each._replace(entries=entries[each.code]) for each in kept),
        tuple(_of_device(catalogue.recognise(log), device)),
        Unread(),
        log.timeline(device) if timeline and device else None,
    )


def _of_device(patterns: Sequence[Recognised], device: str | None) -> Iterable[Recognised]:
    return (
        each for each in patterns if device is None or any(fnmatch.fnmatchcase(name, device) for name in each.devices)
    )
