"""Patterns of many devices: what came over them at the same time, and what they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median, pstdev
from typing import NamedTuple

from azext_iotdiag.insights.patterns.life import HOUR, MINUTE
from azext_iotdiag.insights.patterns.member import LogMember
from azext_iotdiag.insights.patterns.said import SEEN
from azext_iotdiag.knowledge.patterns import (
    GROUP_LOST_TOGETHER,
    HUB_FAILED_OVER,
    RECONNECT_STORM,
    SILENT_AFTER_SESSIONS,
    THROTTLED,
)
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Entry, Finding, JsonScalar, Severity
from azext_iotdiag.model.resource_log import Recognised

FEW = 3  # devices, below which nothing is said of a group
TOGETHER = 5 * MINUTE
_STORM = 10  # devices within a minute
_SITES = 3  # from which a storm comes at least
_MOST = 0.6  # of the devices with a trait, whose rows may be lost
_MOST_CHANCE = 0.2  # of other devices do the same
_ALIKE = 0.15  # by which the numbers of sessions may differ, against their mean


class Cluster(NamedTuple):
    """Moments of several devices that lie close together."""

    first: int
    last: int
    devices: tuple[str, ...]


def of_fleet(
    entry: Entry, members: Sequence[LogMember], span: tuple[int, int], message: str, **evidence: JsonScalar
) -> Recognised:
    """A pattern of these devices, from the first time to the last."""
    finding = Finding(entry, Severity.FAIL, message, evidence=evidence, weight=SEEN)
    return Recognised(finding, tuple(each.device for each in members), *span)


def failed_over(members: Sequence[LogMember]) -> Iterator[Recognised]:
    """The hub says that it moves, or its rows come from another region than before."""
    moving = [each for each in members if each.moving and each.accepted + each.sessions]
    regions = sorted({pair for each in members for pair in each.regions})
    order = list(dict.fromkeys(region for _, region in regions))
    if len(moving) < FEW and len(order) < 2:
        return
    moments = sorted(moment for each in moving for moment in each.moving)
    affected = moving or [each for each in members if len(each.regions) > 1]
    span = (moments[0], moments[-1]) if moments else (regions[-1][0], regions[-1][0])
    gone = [each for each in moving if each.accepted < each.moving[-1]]
    said = f"{counted(len(moving), 'device')} got 404012 or 401001 within {(span[1] - span[0]) // 1000} s. "
    said += f"{counted(len(gone), 'of them is', 'of them are')} not back. " if gone else ""
    where = f"The rows come from {order[0]} first and from {order[-1]} then." if len(order) > 1 else ""
    yield of_fleet(
        HUB_FAILED_OVER,
        affected,
        span,
        ((said if moving else "") + where).strip(),
        devices=len(affected),
        notBack=len(gone),
        regions=", ".join(order) or None,
    )


def lost_together(members: Sequence[LogMember]) -> Iterator[Recognised]:
    """Devices with one trait lost the hub within minutes, and those without it did not."""
    cluster = _closest([(moment, each.device) for each in members for moment in each.lost], TOGETHER)
    if cluster is None or len(cluster.devices) < FEW:
        return
    gone = set(cluster.devices)
    present = [each for each in members if each.first <= cluster.last and each.sessions]
    for name in ("address", "sdk", "tls"):
        for value, count in Counter(getattr(each, name) for each in present).most_common():
            inside = [each for each in present if getattr(each, name) == value]
            outside = [each for each in present if getattr(each, name) != value]
            lost = [each for each in inside if each.device in gone]
            others = sum(each.device in gone for each in outside)
            if (
                value
                and len(outside) >= FEW
                and len(lost) >= max(FEW, _MOST * count)
                and (others <= _MOST_CHANCE * len(outside))
            ):
                yield of_fleet(
                    GROUP_LOST_TOGETHER,
                    lost,
                    (cluster.first, cluster.last),
                    f"{len(lost)} of {count} devices with {_NAMES[name]} {value} lost the hub within "
                    f"{(cluster.last - cluster.first) // 1000} s, and {others} of {len(outside)} others.",
                    devices=len(lost),
                    trait=_NAMES[name],
                    value=value,
                    othersLost=others,
                    others=len(outside),
                )
                return


_NAMES = {"address": "the address", "sdk": "the SDK", "tls": "the TLS version"}


def storm(members: Sequence[LogMember]) -> Iterator[Recognised]:
    """Most devices connect within a minute, and had lost the hub before."""
    tries = [(moment, each.device) for each in members for moment in each.tried if _was_lost(each, moment)]
    cluster = _closest(tries, MINUTE)
    if cluster is None or len(cluster.devices) < max(_STORM, 0.4 * len(members)):
        return
    inside = set(cluster.devices)
    affected = [each for each in members if each.device in inside]
    if len({each.address for each in affected}) < _SITES:
        return
    seconds = Counter(moment // 1000 for moment, device in tries if device in inside)
    peak = max(seconds.values())
    refused = sum(bool(each.throttled) for each in affected)
    yield of_fleet(
        RECONNECT_STORM,
        affected,
        (cluster.first, cluster.last),
        f"{len(affected)} of {len(members)} devices connected within a minute after they had lost the hub, at most "
        f"{peak} a second. {counted(refused, 'device was', 'devices were')} throttled.",
        devices=len(affected),
        ofDevices=len(members),
        mostASecond=peak,
        throttled=refused,
    )


def throttled(members: Sequence[LogMember]) -> Iterator[Recognised]:
    """Codes 429 at one device or more."""
    affected = sorted((each for each in members if each.throttled), key=lambda each: -len(each.throttled))
    times = sum(len(each.throttled) for each in affected)
    if times < FEW:
        return
    moments = sorted(moment for each in affected for moment in each.throttled)
    most = len(affected[0].throttled) / times
    yield of_fleet(
        THROTTLED,
        affected,
        (moments[0], moments[-1]),
        f"The hub throttled {times} times, at {counted(len(affected), 'device')}; {most:.0%} of them at "
        f"{affected[0].device or 'no named device'}.",
        devices=len(affected),
        times=times,
        shareOfFirst=round(most, 2),
    )


def silent(members: Sequence[LogMember]) -> Iterator[Recognised]:
    """Devices without any error that stopped after about the same number of sessions."""
    newest = max((each.last for each in members), default=0)
    quiet = [
        each
        for each in members
        if not each.errors and not each.explained and each.sessions >= _STORM and newest - each.last > _pause(each)
    ]
    if len(quiet) < FEW:
        return
    numbers = [each.sessions for each in quiet]
    usual = median(numbers)
    if pstdev(numbers) > _ALIKE * usual:
        return
    yield of_fleet(
        SILENT_AFTER_SESSIONS,
        quiet,
        (min(each.last for each in quiet), newest),
        f"{len(quiet)} devices fell silent after {min(numbers)} to {max(numbers)} sessions, with no error.",
        devices=len(quiet),
        sessions=round(usual),
    )


def _pause(each: LogMember) -> float:
    """A silence that is long for this device: ten times its longest pause between attempts, or an hour."""
    gaps = [later - earlier for earlier, later in pairwise(each.tried)]
    return max(min(10 * max(gaps, default=0), 6 * HOUR), HOUR)


def _was_lost(each: LogMember, moment: int) -> bool:
    """Whether this device lost the hub in the half hour before, and had no other attempt since."""
    before = [lost for lost in each.lost if lost < moment and moment - lost <= HOUR / 2]
    return bool(before)


def _closest(moments: list[tuple[int, str]], span: int) -> Cluster | None:
    """The time of this length with the most devices, and these devices."""
    moments = sorted(moments)
    best: Cluster | None = None
    count: Counter[str] = Counter()
    start = 0
    for moment, device in moments:
        count[device] += 1
        while moment - moments[start][0] > span:
            gone = moments[start][1]
            count[gone] -= 1
            if not count[gone]:
                del count[gone]
            start += 1
        if best is None or len(count) > len(best.devices):
            best = Cluster(moments[start][0], moment, tuple(count))
    return best
