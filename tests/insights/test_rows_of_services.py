"""What services do with a device, which is no sign of the device, and no part of a pattern."""

from __future__ import annotations

from azext_iotdiag.insights import device_rows
from azext_iotdiag.insights.log import Log
from azext_iotdiag.insights.patterns.catalogue import recognise
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.resource_log import CONNECT, CONNECTIONS, DISCONNECT, Row, Shape

MINUTE, HOUR = 60_000, 3_600_000
CONNECTS = Shape(CONNECTIONS, CONNECT, "")
ENDS = Shape(CONNECTIONS, DISCONNECT, "401003")
READ_BY_SERVICE = Shape("C2DTwinOperations", "read", "")
CALLED_IN_VAIN = Shape("DirectMethods", "send", "404103")
LIMITED = Shape("C2DTwinOperations", "read", "429001")


def codes(*rows: tuple[int, Shape], until: int) -> list[tuple[str, int]]:
    log = Log()
    for moment, shape in rows:
        log.keep("hub", "pump", moment, shape)
    return [(each.finding.entry.code, each.last) for each in recognise(log, until)]


def test_a_twin_that_a_service_reads_is_no_sign_of_a_device_that_stopped() -> None:
    stopped = ((0, CONNECTS), (66 * MINUTE, ENDS))
    assert codes(*stopped, until=3 * HOUR) == [("token-renewal-failed", 66 * MINUTE)]
    later = ((2 * HOUR, READ_BY_SERVICE), (3 * HOUR - 1000, CALLED_IN_VAIN))
    assert codes(*stopped, *later, until=3 * HOUR) == [("token-renewal-failed", 66 * MINUTE)]


def test_a_service_over_its_limit_is_nothing_that_befell_the_device() -> None:
    rows = (Row(0, CONNECTS), *(Row(number * 1000, LIMITED) for number in range(20)))
    assert device_rows.recognised(DeviceLog("hub", "pump", 0, HOUR, rows)) == ()
    hub = codes(*((row.moment, row.shape) for row in rows), until=HOUR)
    assert [code for code, _ in hub] == ["devices-throttled"], "the hub is at its limit all the same"
