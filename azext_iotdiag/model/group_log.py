"""What a hub's resource log says of the devices of a group, and of all others: the SDK and the address of each."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from azext_iotdiag.model.group import Group
from azext_iotdiag.model.shares import SHARED, Share

SDK, ADDRESS = "SDK version", "address block"
_IPV4 = re.compile(r"(\d{1,3}\.\d{1,3}\.\d{1,3})\.(?:\d{1,3}|[Xx*]+)", re.ASCII)
_MASKED = re.compile(r"[Xx*]+")
_BLOCK_GROUPS = 3  # groups of 16 bits in a /48


@dataclass(frozen=True)
class GroupLogAsked:
    """The ids of the devices of a group, and the time since which the log is read, in milliseconds since 1970."""

    members: frozenset[str] = field(repr=False)
    since: int = 0


class Logged(NamedTuple):
    """The SDK and the masked address that a device named when it connected last; empty where the log has none."""

    sdk: str
    address: str


@dataclass(frozen=True)
class GroupLog:
    """What the log says of the connections from `since` to `until`, in milliseconds since 1970.

    `devices` members of the group are in the log, and `others` other devices. `shares` compare these. `partial` says
    why rows are missing, and is empty where all came.
    """

    hub: str
    since: int
    until: int
    devices: int = 0
    others: int = 0
    shares: tuple[Share, ...] = ()
    partial: str = ""


def all_shares(group: Group, log: GroupLog | None) -> list[Share]:
    """What members share by the registry and by the log, told by chance or not."""
    return [*group.shares, *(log.shares if log is not None else ())]


def address_block(masked: str) -> str:
    """The first three parts of an IPv4 address, the /48 of an IPv6 address. Empty for any other text.

    The log masks the end of an address, such as 192.0.2.XXX.
    """
    if found := _IPV4.fullmatch(masked):
        parts = found[1].split(".")
        return f"{found[1]}.0/24" if all(int(part) <= 255 for part in parts) else ""
    if ":" not in masked:
        return ""
    groups = ["0" if _MASKED.fullmatch(each) else each for each in masked.split(":")]
    if len(groups) < 8 and "" not in groups:  # masked groups at the end may be left out
        groups += ["", ""]
    try:
        packed = ipaddress.IPv6Address(":".join(groups)).exploded.split(":")
    except ValueError:
        return ""
    known = masked.split("::")[0].split(":")[:_BLOCK_GROUPS]
    if any(_MASKED.fullmatch(each) for each in known):
        return ""  # the mask covers a part of the block
    return f"{ipaddress.IPv6Address(':'.join((*packed[:_BLOCK_GROUPS], '', '')))}/48"


def log_shares(logged: Mapping[str, Logged], members: frozenset[str]) -> tuple[int, int, tuple[Share, ...]]:
    """How many members and how many others are in the log, and what the members share.

    A value is compared where at least half of all members have it, those that are not in the log included. A device
    of which the log names no value counts as a device without the value.
    """
    seen = [told for device, told in logged.items() if device in members]
    others = [told for device, told in logged.items() if device not in members]
    shares = []
    for name, ours, theirs in (
        (SDK, (each.sdk for each in seen), (each.sdk for each in others)),
        (ADDRESS, (address_block(each.address) for each in seen), (address_block(each.address) for each in others)),
    ):
        counts, rest = _counts(ours), _counts(theirs)
        shares += [
            Share(name, value, times, len(seen), rest[value], len(others))
            for value, times in counts.most_common(1)
            if times >= max(len(members) * SHARED, 2)
        ]
    return len(seen), len(others), tuple(shares)


def _counts(values: Iterable[str]) -> Counter[str]:
    return Counter(value for value in values if value)
