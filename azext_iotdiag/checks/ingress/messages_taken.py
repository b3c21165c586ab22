"""The log has the messages that the hub refused. A device over MQTT sees no more than that its connection ends."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import logged
from azext_iotdiag.checks.declare import check
from azext_iotdiag.model.device_log import DeviceLog
from azext_iotdiag.model.finding import Certainty, Finding

TELEMETRY = "DeviceTelemetry"


@check("The log shows no refused message", at_most=Certainty.LIKELY)
def messages_taken(device_log: DeviceLog) -> Iterator[Finding]:
    """The log has no rows of messages that the hub took. A message that came later clears what stands here."""
    yield from logged.of_category(device_log, TELEMETRY)
