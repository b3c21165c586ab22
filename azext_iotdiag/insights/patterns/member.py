"""What patterns of many devices need to know of each device: a few numbers, so that a million rows fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from azext_iotdiag.insights.patterns.life import Life
from azext_iotdiag.model.resource_log import CONNECTIONS, Row

MOVING = frozenset({"404012", "401001"})  # what a hub answers while it fails over
REFUSED = "401"  # how the codes of a refused credential begin


class Refusals(NamedTuple):
    """The device was refused, and not let in after that. `since` is the last time that it was let in."""

    first: int
    last: int
    times: int
    since: int
    codes: tuple[str, ...]


class LogMember(NamedTuple):
    """One device of a log. Times are in milliseconds since 1970, 0 for never.

    Address, SDK, TLS version and kind of login are its last ones. `connected` is when it was let in for the last time,
    and `accepted` the last sign of that, which may be an end. `explained` tells that a pattern of its own accounts for
    its ends. `lost` are the ends after which it was not back within a minute. `tried` are its attempts to connect.
    """

    hub: str
    device: str
    address: str
    sdk: str
    tls: str
    login: str
    first: int
    last: int
    connected: int
    accepted: int
    sessions: int
    errors: int
    explained: bool
    lost: tuple[int, ...]
    tried: tuple[int, ...]
    throttled: tuple[int, ...]
    moving: tuple[int, ...]
    refusals: Refusals | None
    regions: tuple[tuple[int, str], ...]


def member(life: Life, explained: bool) -> LogMember:
    """What is kept of a device."""
    attempts = [*life.connects, *life.refused]
    newest = max(attempts, key=lambda row: row.moment, default=None)
    shape = newest.shape if newest is not None else None
    # An end, too, shows that the device was let in before.
    inside = [row.moment for row in life.rows if row.shape.connects or row.shape.ends]
    accepted = inside[-1] if inside else 0
    return LogMember(
        life.hub,
        life.device,
        shape.address if shape else "",
        shape.sdk if shape else "",
        shape.tls if shape else "",
        shape.login if shape else "",
        life.rows[0].moment,
        life.heard or life.rows[-1].moment,
        life.connects[-1].moment if life.connects else 0,
        accepted,
        len(life.connects),
        sum(bool(row.shape.code) for row in life.rows),
        explained,
        tuple(end.moment for end in life.ends if not end.at_once or not explained),
        tuple(sorted(row.moment for row in attempts)),
        tuple(sorted(row.moment for row in life.rows if row.shape.code.startswith("429"))),
        tuple(row.moment for row in life.rows if row.shape.code in MOVING),
        _refusals(life, accepted),
        _regions(life.rows),
    )


def _refusals(life: Life, accepted: int) -> Refusals | None:
    """The refusals since the device was let in for the last time."""
    rows = [row for row in life.refused if row.moment > accepted and row.shape.code.startswith(REFUSED)]
    if not rows or not accepted:
        return None
    codes = tuple(sorted({row.shape.code for row in rows}))
    return Refusals(rows[0].moment, rows[-1].moment, len(rows), accepted, codes)


def _regions(rows: Sequence[Row]) -> tuple[tuple[int, str], ...]:
    """The regions that the rows come from, each with the time of its first row."""
    found: list[tuple[int, str]] = []
    for row in rows:
        region = row.shape.region.replace(" ", "").lower()
        if row.shape.category == CONNECTIONS and region and (not found or found[-1][1] != region):
            found.append((row.moment, region))
    return tuple(found)
