"""What the rows of a resource log come to: errors by device and code with their entries, and patterns."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Sequence

from azext_iotdiag.insights.log import Log
from azext_iotdiag.insights.log_rows import PROVISIONING
from azext_iotdiag.insights.patterns import catalogue
from azext_iotdiag.knowledge import lookup
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.model.resource_log import LogRead, Recognised, Unread

MOST_GROUPS = 10_000  # that are kept; the most frequent


def found(log: Log, device: str | None = None, timeline: bool = False) -> LogRead:
    """What a log says, of the devices that the pattern `device` names, and of their modules.

    Patterns are looked for in all rows.
    """
    meant = _meant(device)
    extent = log.extent(meant)
    entries: dict[str, tuple[Entry, ...]] = {}
    groups = [each for each in log.errors() if meant(each.device)]
    kept = sorted(groups, key=lambda each: (-each.times, each.device, each.code))[:MOST_GROUPS]
    for each in kept:
        if each.code not in entries:
            service = "dps" if each.categories[0] in PROVISIONING else "hub"
            entries[each.code] = lookup.find(each.code, service) or lookup.find(each.name, service)
    return LogRead(
        extent.rows,
        extent.devices,
        sum(each.times for each in groups),
        extent.first,
        extent.last,
        tuple(each._replace(entries=entries[each.code]) for each in kept),
        tuple(_of_devices(catalogue.recognise(log), meant)),
        Unread(),
        log.timeline(device) if timeline and device else None,
        device=device or "",
        rows_read=log.rows,
    )


def _meant(pattern: str | None) -> Callable[[str], bool]:
    """Tells whether a pattern names a device. A module is named as DEVICE/MODULE, and by its device."""
    if pattern is None:
        return lambda _name: True
    return lambda name: any(fnmatch.fnmatchcase(each, pattern) for each in (name, name.partition("/")[0]))


def _of_devices(patterns: Sequence[Recognised], meant: Callable[[str], bool]) -> Iterable[Recognised]:
    return (each for each in patterns if any(map(meant, each.devices)))
