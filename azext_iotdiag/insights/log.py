"""A resource log that is read row by row and kept in about sixteen bytes a row, whatever order the rows come in."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from azext_iotdiag.insights.log_rows import NotARow, RowReader
from azext_iotdiag.model.resource_log import Group, Row, Shape, Timeline

_BITS = 22  # of a number that stands for a shape; the rest of 63 bits is the time, which lasts until the year 2039
_MASK = (1 << _BITS) - 1
_EARLIEST, _LATEST = 0, (1 << 63 - _BITS) - 1
MOST_ROWS = 50_000  # of one device that patterns see at a time


class TooVaried(ValueError):
    """A log has more kinds of rows than can be kept."""


class LogExtent(NamedTuple):
    """How many rows there are, how many devices they name, and the times of the oldest and the newest row.

    The times are 0 where there is no row.
    """

    rows: int = 0
    devices: int = 0
    first: int = 0
    last: int = 0


class Log:
    """Takes in rows. A row that comes twice counts once."""

    def __init__(self) -> None:
        self.rows = 0
        self._reader = RowReader()
        self._numbers: dict[Shape, int] = {}
        self._shapes: list[Shape] = []
        self._kept: dict[tuple[str, str], array[int]] = {}

    def add(self, record: Mapping[str, Any]) -> None:
        """Take in a row. Raises NotARow, and TooVaried."""
        self.keep(*self._reader.read(record))

    def keep(self, hub: str, device: str, moment: int, shape: Shape) -> None:
        """Take in a row that was read before. Raises TooVaried."""
        number = self._numbers.get(shape)
        if number is None:
            number = len(self._shapes)
            if number > _MASK:
                raise TooVaried(f"more than {_MASK:,} kinds of rows")
            self._numbers[shape] = number
            self._shapes.append(shape)
        if not _EARLIEST <= moment <= _LATEST:
            raise NotARow("its time is not between 1970 and 2039")
        kept = self._kept.get((hub, device))
        if kept is None:
            kept = self._kept[hub, device] = array("q")
        kept.append(moment << _BITS | number)
        self.rows += 1

    @property
    def devices(self) -> int:
        """How many devices the rows name."""
        return sum(bool(device) for _, device in self._kept)

    def timelines(self) -> Iterator[Timeline]:
        """The rows of each device, one device at a time, by name. Of very many, the newest.

        The device without a name comes first.
        """
        shapes = self._shapes
        for hub, device in sorted(self._kept):
            kept = sorted(set(self._kept[hub, device]))[-MOST_ROWS:]
            yield Timeline(hub, device, [Row(each >> _BITS, shapes[each & _MASK]) for each in kept])

    def timeline(self, device: str) -> Timeline | None:
        """The rows of the device of exactly this id, None where no row names it."""
        return next((each for each in self.timelines() if each.device == device), None)

    def errors(self) -> Iterator[Group]:
        """The errors of each device by code."""
        shapes = self._shapes
        for (hub, device), kept in self._kept.items():
            found: dict[str, Group] = {}
            for each in set(kept):
                shape = shapes[each & _MASK]
                if shape.code:
                    moment, so_far = each >> _BITS, found.get(shape.code)
                    if so_far is None:
                        categories = (shape.category,)
                        so_far = Group(hub, device, shape.code, shape.name, categories, 0, moment, moment)
                    elif shape.category not in so_far.categories:
                        so_far = so_far._replace(categories=(*so_far.categories, shape.category))
                    found[shape.code] = so_far._replace(
                        times=so_far.times + 1, first=min(so_far.first, moment), last=max(so_far.last, moment)
                    )
            yield from found.values()

    def window(self) -> tuple[int, int]:
        """The times of the oldest and the newest row, 0 where there is none."""
        extent = self.extent(lambda _device: True)
        return extent.first, extent.last

    def extent(self, meant: Callable[[str], bool]) -> LogExtent:
        """The extent of the rows of devices that are meant."""
        kept = {key: rows for key, rows in self._kept.items() if meant(key[1])}
        if not kept:
            return LogExtent()
        oldest, newest = min(map(min, kept.values())), max(map(max, kept.values()))
        devices = sum(bool(device) for _, device in kept)
        return LogExtent(sum(map(len, kept.values())), devices, oldest >> _BITS, newest >> _BITS)
