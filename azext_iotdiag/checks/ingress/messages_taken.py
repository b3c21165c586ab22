"""The log has the messages that the hub refused. A device over MQTT sees no more than that its connection ends."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import logged
from azext_iotdiag.checks.connection.connections_undisturbed import OF_INGRESS
from azext_iotdiag.checks.declare import check
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.finding import Certainty, Finding, When, weighed

TELEMETRY = "DeviceTelemetry"


@check("The log shows no refused message", at_most=Certainty.LIKELY)
def messages_taken(device_log: DeviceLog) -> Iterator[Finding]:
    """The log has no rows of messages that the hub took. A message that came later clears what stands here."""
    from azext_iotdiag.insights import device_rows  # loaded where there is a log

    known = [each for each in device_rows.recognised(device_log) if each.finding.entry in OF_INGRESS]
    for each in known:
        yield weighed(each.finding, certainty=Certainty.LIKELY, when=When.WINDOW, since=each.last)
    if not known:
        yield from logged.of_category(device_log, TELEMETRY)
