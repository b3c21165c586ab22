"""Devices that were let in before and are refused since: one device, one network, or all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azext_iotdiag.insights.patterns.fleet import FEW, of_fleet
from azext_iotdiag.insights.patterns.life import MINUTE
from azext_iotdiag.insights.patterns.member import LogMember
from azext_iotdiag.insights.patterns.said import length
from azext_iotdiag.knowledge.patterns import (
    CERTIFICATE_REFUSED_SINCE,
    HUB_REFUSES_ALL,
    KEY_REFUSED_SINCE,
    SITE_REFUSED,
)
from azext_iotdiag.model.resource_log import Recognised
from azext_iotdiag.model.timestamps import written

_TIMES = 3  # that a device is refused at least
_SAME_TIME = 15 * MINUTE


def hub_refuses_all(members: Sequence[LogMember]) -> Iterator[Recognised]:
    """Devices of several networks are refused since the same time, and none is let in after that."""
    refused = _refused(members)
    if len(refused) < FEW or len({each.address for each in refused}) < 2 or not _at_once(refused):
        return
    since = min(each.refusals.first for each in refused if each.refusals)
    if any(each.connected > since for each in members):
        return
    yield of_fleet(
        HUB_REFUSES_ALL,
        refused,
        (since, max(each.last for each in refused)),
        f"{len(refused)} devices of several networks are refused since {written(since)} with {_codes(refused)}. None "
        "was let in after that.",
        devices=len(refused),
        since=written(since),
    )


def site_refused(members: Sequence[LogMember]) -> Iterator[Recognised]:
    """All devices with one address are refused since the same time, and others are let in."""
    refused = _refused(members)
    for address in sorted({each.address for each in refused} - {""}):
        here = [each for each in refused if each.address == address]
        if len(here) < FEW or not _at_once(here):
            continue
        since = min(each.refusals.first for each in here if each.refusals)
        let_in = [each for each in members if each.connected > since]
        if any(each.address == address for each in let_in) or not let_in:
            continue
        yield of_fleet(
            SITE_REFUSED,
            here,
            (since, max(each.last for each in here)),
            f"{len(here)} devices with the address {address} are refused since {written(since)} with {_codes(here)}. "
            f"{len(let_in)} devices with other addresses were let in after that.",
            devices=len(here),
            address=address,
            since=written(since),
            letInElsewhere=len(let_in),
        )


def device_refused(members: Sequence[LogMember]) -> Iterator[Recognised]:
    """One device is refused since a time."""
    for each in _refused(members):
        found = each.refusals
        if found is None or found.times < _TIMES:
            continue
        by_certificate = "x509" in each.login.lower() or "certificate" in each.login.lower()
        apart = (found.last - found.first) / max(found.times - 1, 1)
        yield of_fleet(
            CERTIFICATE_REFUSED_SINCE if by_certificate else KEY_REFUSED_SINCE,
            [each],
            (found.first, found.last),
            f"The hub refuses the device since {written(found.first)} with {', '.join(found.codes)}: {found.times} "
            f"times, about {length(apart)} apart. It was let in at {written(found.since)}.",
            times=found.times,
            since=written(found.first),
            letIn=written(found.since),
        )


def _refused(members: Sequence[LogMember]) -> list[LogMember]:
    return [each for each in members if each.refusals is not None]


def _at_once(members: Sequence[LogMember]) -> bool:
    firsts = [each.refusals.first for each in members if each.refusals]
    return max(firsts) - min(firsts) <= _SAME_TIME


def _codes(members: Sequence[LogMember]) -> str:
    return ", ".join(sorted({code for each in members if each.refusals for code in each.refusals.codes}))
