"""Patterns in the rows of one device, which a diagnosis has read."""

from __future__ import annotations

from azext_iotdiag.insights.log import Log
from azext_iotdiag.insights.patterns import catalogue
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.resource_log import Recognised

LATE_MS = 600_000  # rows arrive up to 10 min late, so that no silence of that time is a silence


def recognised(found: DeviceLog) -> tuple[Recognised, ...]:
    """The patterns in these rows. What befell a site or the whole hub does not show in them."""
    log = Log()
    for row in found.rows:
        if not 0 <= row.moment <= found.until + LATE_MS:  # of a file that was changed by hand
            continue
        log.keep(found.hub, found.device, row.moment, row.shape)
    return catalogue.recognise(log, found.until - LATE_MS)
