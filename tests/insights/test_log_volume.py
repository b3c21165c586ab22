"""How many rows a day a hub's log is likely to have, and how many arrived."""

from __future__ import annotations

import pytest

from azext_iotdiag.insights import log_volume
from azext_iotdiag.model.log_table import Cell, Column, LogTable
from azext_iotdiag.model.log_volume import Arrived, Volume
from azext_iotdiag.model.metrics import Point, Series

READS, FAILED_READS = log_volume.OPERATIONS[:2]
NAMES = ("Category", "Rows", "Bytes", "First", "Newest")


def connected(*values: float | None) -> Series:
    return Series(log_volume.CONNECTED, tuple(Point(at, value) for at, value in enumerate(values)))


def operations(at: int, *values: float | None) -> Series:
    return Series(log_volume.OPERATIONS[at], tuple(Point(at, value) for at, value in enumerate(values)))


@pytest.mark.parametrize(("series", "volume"), [
    ((), Volume(0, 48, 0)),
    ((connected(),), Volume(0, 48, 0)),
    ((connected(9, 3, None),), Volume(3, 48, 0)),
    ((connected(2.6), operations(0, 10, 20), operations(5, 5)), Volume(3, 48, 35)),
    ((operations(0, None), operations(1, 7)), Volume(0, 48, 7)),
])  # fmt: skip
def test_the_rows_of_a_day(series: tuple[Series, ...], volume: Volume) -> None:
    assert log_volume.expected(series) == volume
    assert (volume.least, volume.most) == (volume.operations, volume.operations + volume.devices * 48)


@pytest.mark.parametrize(("series", "most"), [
    ((), None), ((connected(),), None), ((connected(None),), None), ((connected(0),), 0),
    ((connected(2, 9, None, 3.6),), 9),
    ((connected(3.6),), 4), ((operations(0, 99), connected(1)), 1),
])  # fmt: skip
def test_the_largest_number_of_devices(series: tuple[Series, ...], most: int | None) -> None:
    assert log_volume.most_connected(series) == most


def table(*rows: tuple[Cell, ...], names: tuple[str, ...] = NAMES) -> LogTable:
    return LogTable(tuple(Column(name, "string") for name in names), rows)


def test_what_arrived() -> None:
    found = log_volume.arrived(table(("Routes", 3, 1024.6, "a", "bb"), (None, 0, None, "a", "ccc")), len)
    assert list(found) == [Arrived("Routes", 3, 1025, 2), Arrived("", 0, 0, 3)]


@pytest.mark.parametrize("bad", [
    table(("Routes", "3", 1.0, "a", "b")), table(("Routes", 3, 1.0, "a", None)),
    table(("Routes",), names=("Category",)),
])  # fmt: skip
def test_a_table_of_other_columns(bad: LogTable) -> None:
    with pytest.raises(ValueError, match="no columns Rows and Newest"):
        list(log_volume.arrived(bad, len))


def test_each_operation_counts_whether_it_succeeds_or_fails() -> None:
    assert (READS.name, FAILED_READS.name) == ("d2c.twin.read.success", "d2c.twin.read.failure")
    assert [each.shown for each in log_volume.OPERATIONS][2:] == [
        "Twin updates, success", "Twin updates, failure", "Direct methods, success", "Direct methods, failure",
    ]  # fmt: skip
