"""How many rows a day a hub's log is likely to have, by its metrics; and what arrived, by the query `collected`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from azext_iotdiag.model.log_table import LogTable
from azext_iotdiag.model.log_volume import Arrived, Volume
from azext_iotdiag.model.metrics import Series, ShownMetric

CONNECTED = ShownMetric("connectedDeviceCount", "Connected devices", "Maximum")
# Each of these operations is a row, also where it succeeds. They take effect in the categories D2CTwinOperations and
# DirectMethods. https://learn.microsoft.com/azure/iot-hub/monitor-iot-hub-reference#resource-logs
OPERATIONS = tuple(
    ShownMetric(f"{name}.{fate}", f"{shown}, {fate}")
    for name, shown in (
        ("d2c.twin.read", "Twin reads"),
        ("d2c.twin.update", "Twin updates"),
        ("c2d.methods", "Direct methods"),
    )
    for fate in ("success", "failure")
)
# A device SDK makes tokens of an hour by default, and over MQTT it renews one by a new connection: an end and a begin.
RENEWALS = 2 * 24


def expected(series: Sequence[Series]) -> Volume:
    """The rows a day, by the metrics of the last day."""
    values = {each.metric.name: each for each in series}
    connected = values.get(CONNECTED.name)
    newest = connected.newest if connected is not None else None
    operations = sum(values[each.name].value or 0 for each in OPERATIONS if each.name in values)
    devices = round(newest.value or 0) if newest is not None else 0
    return Volume(devices, RENEWALS, round(operations))


def most_connected(series: Sequence[Series]) -> int | None:
    """The largest number of devices that were connected at once; None where none is known."""
    points = [point.value for each in series if each.metric == CONNECTED for point in each.points]
    known = [value for value in points if value is not None]
    return round(max(known)) if known else None


def arrived(table: LogTable, moment: Callable[[str], int]) -> Iterator[Arrived]:
    """What the query `collected` brought; `moment` reads a time. Raises ValueError for a table of other columns."""
    for row in table.records():
        category, newest = row.get("Category"), row.get("Newest")
        rows, size = row.get("Rows"), row.get("Bytes")
        if not isinstance(newest, str) or not isinstance(rows, int):
            raise ValueError("the table has no columns Rows and Newest")
        yield Arrived(str(category or ""), rows, round(size) if isinstance(size, int | float) else 0, moment(newest))
