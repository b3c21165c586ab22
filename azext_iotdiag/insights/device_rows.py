"""Patterns in the rows of one device, which a diagnosis has read."""

from __future__ import annotations

from azext_iotdiag.insights.log import Log
from azext_iotdiag.insights.patterns import catalogue, renewal
from azext_iotdiag.insights.patterns.life import OF_SERVICES, life
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.resource_log import Recognised

LATE_MS = 600_000  # rows arrive up to 10 min late, so that no silence of that time is a silence


def recognised(found: DeviceLog) -> tuple[Recognised, ...]:
    """The patterns in these rows. What befell a site or the whole hub does not show in them."""
    return catalogue.recognise(_log(found), found.until - LATE_MS)


def renewal_failed(found: DeviceLog) -> Recognised | None:
    """The same of a last renewal that failed, where it is known that the device is away.

    By rows alone, a device that renewed well before is given twice the time, because rows can be missing.
    """
    return next(
        (
            each
            for timeline in _log(found).timelines()
            if (each := renewal.failed(life(timeline, found.until - LATE_MS)))
        ),
        None,
    )


def _log(found: DeviceLog) -> Log:
    log = Log()
    for row in found.rows:
        in_time = 0 <= row.moment <= found.until + LATE_MS  # else it is of a file that was changed by hand
        if in_time and row.shape.category not in OF_SERVICES:  # what services do is nothing that befell the device
            log.keep(found.hub, found.device, row.moment, row.shape)
    return log
