"""The log of connections says with which code the hub refuses a device. No state of the device shows that."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import logged
from azext_iotdiag.checks.connection.connections_undisturbed import OF_ADMISSION
from azext_iotdiag.checks.declare import check
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.finding import Certainty, Finding, When, weighed


@check("The log shows no refused sign-in", at_most=Certainty.LIKELY)
def sign_ins_accepted(device_log: DeviceLog) -> Iterator[Finding]:
    """Only what came after the last sign-in that was accepted counts."""
    accepted = max((row.moment for row in device_log.rows if row.shape.connects), default=0)
    refused = [row for row in device_log.rows if row.shape.refused and row.moment > accepted]
    if not refused:
        return
    from azext_iotdiag.insights import device_rows  # loaded where there is a log

    last = refused[-1]
    known = [each for each in device_rows.recognised(device_log) if each.finding.entry in OF_ADMISSION]
    for each in known:
        yield weighed(each.finding, certainty=Certainty.LIKELY, when=When.WINDOW, since=last.moment)
    if not known:
        yield from logged.of_rows(device_log, refused)
