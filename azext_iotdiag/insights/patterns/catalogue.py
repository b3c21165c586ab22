"""All patterns, and in which order they are looked for: a device whose rows one pattern explains is not asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from azext_iotdiag.insights.log import Log
from azext_iotdiag.insights.log_rows import PROVISIONING
from azext_iotdiag.insights.patterns import fleet, identity, losses, refused, renewal
from azext_iotdiag.insights.patterns.life import Life, life
from azext_iotdiag.insights.patterns.member import LogMember, member
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.model.resource_log import Recognised

OfDevice = Callable[[Life], Recognised | None]
OfFleet = Callable[[Sequence[LogMember]], Iterator[Recognised]]

# What is sure of one device before what many devices show.
DEVICE: tuple[OfDevice, ...] = (
    identity.shared,
    losses.after_operation,
    renewal.without_life,
    renewal.renewed,
    losses.idle,
)
# The hub before a site, and a site before one device.
FLEET: tuple[OfFleet, ...] = (
    fleet.failed_over,
    refused.hub_refuses_all,
    refused.site_refused,
    fleet.lost_together,
    fleet.storm,
    fleet.throttled,
    fleet.silent,
    refused.device_refused,
)
# What is said of a device where nothing else explains its rows.
LEFT: tuple[OfDevice, ...] = (renewal.failed, losses.lost_often)


def recognise(log: Log, until: int = 0) -> tuple[Recognised, ...]:
    """The patterns in a log, those of most devices first; what is harmless last.

    `until` is the time up to which it was read, in milliseconds since 1970, where that is later than its newest row.
    """
    newest = max(log.window()[1], until)
    found: list[Recognised] = []
    left: dict[tuple[str, str], Recognised] = {}
    hubs: dict[str, list[LogMember]] = {}
    for timeline in log.timelines():
        if timeline.rows and timeline.rows[0].shape.category in PROVISIONING:
            continue  # the patterns are about connections to a hub
        lived = life(timeline, newest)
        own = next((each for pattern in DEVICE if timeline.device and (each := pattern(lived)) is not None), None)
        if own is not None:
            found.append(own)
            if own.finding.severity is Severity.NOTE and (last := renewal.stopped(lived)) is not None:
                left[timeline.hub, timeline.device] = last
        elif timeline.device and (last := _first(lived)) is not None:
            left[timeline.hub, timeline.device] = last
        hubs.setdefault(timeline.hub, []).append(member(lived, own is not None))
    for hub, members in hubs.items():
        explained: set[str] = set()
        for pattern in FLEET:
            for each in pattern([one for one in members if one.device not in explained]):
                explained |= set(each.devices)
                found.append(each)
        found += [each for (of, device), each in left.items() if of == hub and device not in explained]
    return tuple(_merged(found))


def _first(lived: Life) -> Recognised | None:
    return next((each for pattern in LEFT if (each := pattern(lived)) is not None), None)


def _merged(found: Sequence[Recognised]) -> Iterator[Recognised]:
    """One pattern of many devices in place of the same pattern many times; the device with the longest time speaks."""
    by_code: dict[str, list[Recognised]] = {}
    for each in found:
        by_code.setdefault(each.finding.entry.code, []).append(each)
    merged = []
    for group in by_code.values():
        best = max(group, key=_weight)
        devices = (*best.devices, *(device for each in group if each is not best for device in each.devices))
        merged.append(
            Recognised(best.finding, devices, min(each.first for each in group), max(each.last for each in group))
        )
    return iter(sorted(merged, key=lambda each: (each.finding.severity is Severity.NOTE, -len(each.devices))))


def _weight(each: Recognised) -> tuple[int, int]:
    return len(each.devices), each.last - each.first
