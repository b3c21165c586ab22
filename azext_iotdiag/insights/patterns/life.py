"""The life of one device as its rows show it: when it came, when it went, and when it was refused."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from azext_iotdiag.model.resource_log import CONNECTIONS, Row, Timeline

SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000  # in milliseconds, as all times here
# What services do with a device. It says nothing of the device's connection.
OF_SERVICES = frozenset({
    "DeviceIdentityOperations", "C2DTwinOperations", "TwinQueries", "JobsOperations", "Configurations",
})  # fmt: skip
_NO_OPERATIONS = OF_SERVICES | {CONNECTIONS, ""}
_METHODS = "DirectMethods"
TAKEN_OVER = frozenset({"400027", "409002"})  # a newer connection of the same device ended this one
_SAME_END = 5 * SECOND  # the hub writes several rows about one end
BACK_AT_ONCE = MINUTE  # a client that reconnects by itself is back by then


class LogEnd(NamedTuple):
    """A connection ended. None: the log has no connect before, or after."""

    moment: int
    codes: frozenset[str]
    begun: int | None
    back: int | None

    @property
    def at_once(self) -> bool:
        """Whether the device was back at once."""
        return self.back is not None and self.back - self.moment <= BACK_AT_ONCE


class Life(NamedTuple):
    """A device's rows by what they say. `newest` is the time of the newest row of the whole log.

    `operations` are those of the device, and what reached it over its connection.
    """

    hub: str
    device: str
    rows: Sequence[Row]
    connects: Sequence[Row]
    refused: Sequence[Row]
    ends: Sequence[LogEnd]
    operations: Sequence[Row]
    newest: int

    @property
    def heard(self) -> int:
        """When the device gave its last sign, 0 for none. What services do with it, or call in vain, is none."""
        of_device = (*self.connects, *self.refused, *(row for row in self.operations if not _in_vain(row)))
        return max((*(row.moment for row in of_device), *(end.moment for end in self.ends)), default=0)


def _in_vain(row: Row) -> bool:
    return row.shape.category == _METHODS and bool(row.shape.code)


def life(timeline: Timeline, newest: int) -> Life:
    """What a device's rows say."""
    rows = timeline.rows
    connects = [row for row in rows if row.shape.connects]
    return Life(
        timeline.hub,
        timeline.device,
        rows,
        connects,
        [row for row in rows if row.shape.refused],
        _ends([row for row in rows if row.shape.ends], [row.moment for row in connects]),
        [row for row in rows if row.shape.category not in _NO_OPERATIONS],
        newest,
    )


def _ends(rows: Sequence[Row], connects: Sequence[int]) -> list[LogEnd]:
    found: list[LogEnd] = []
    for row in rows:
        codes = frozenset((row.shape.code,)) if row.shape.code else frozenset()
        if (
            found
            and row.moment - found[-1].moment <= _SAME_END
            # The connect that takes over comes first, and may come in the same millisecond.
            and not _between(connects, found[-1].moment, row.moment + (row.shape.code in TAKEN_OVER))
        ):
            found[-1] = found[-1]._replace(codes=found[-1].codes | codes)
            continue
        at = bisect_left(connects, row.moment)
        begun = connects[at - 1] if at else None
        if begun is not None and found and begun <= found[-1].moment:
            begun = None  # the connect of this session is not in the log
        back = connects[at] if at < len(connects) else None
        found.append(LogEnd(row.moment, codes, begun, back))
    for number, (end, later) in enumerate(pairwise(found)):
        if end.back is not None and end.back > later.moment:
            found[number] = end._replace(back=None)
    return found


def _between(moments: Sequence[int], after: int, before: int) -> bool:
    at = bisect_left(moments, after + 1)
    return at < len(moments) and moments[at] < before


def share(found: Iterable[bool]) -> float:
    """Which part of them is true, 0 where there is none."""
    values = list(found)
    return sum(values) / len(values) if values else 0.0
