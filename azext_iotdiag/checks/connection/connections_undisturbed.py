"""The log of connections shows what no state of a device shows: a rival, a renewal that failed, a connection cut."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge import patterns
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.finding import Certainty, Finding, When, weighed

# What these say is that the device is not let in: see `sign_ins_accepted`.
OF_ADMISSION = (
    patterns.KEY_REFUSED_SINCE, patterns.CERTIFICATE_REFUSED_SINCE, patterns.SITE_REFUSED, patterns.HUB_REFUSES_ALL,
)  # fmt: skip


@check("The log shows no disturbed connection", at_most=Certainty.LIKELY)
def connections_undisturbed(device_log: DeviceLog) -> Iterator[Finding]:
    """What the device did successfully after the last row of a pattern clears it."""
    from azext_iotdiag.insights import device_rows  # loaded where there is a log

    for each in device_rows.recognised(device_log):
        if each.finding.entry not in OF_ADMISSION:
            yield weighed(each.finding, certainty=Certainty.LIKELY, when=When.WINDOW, since=each.last)
