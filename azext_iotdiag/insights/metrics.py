"""Which metrics tell where a hub's messages went, and what their values mean."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.knowledge.hub.forbidden import IOT_HUB_QUOTA_EXCEEDED
from azext_iotdiag.knowledge.hub.routing import DROPPED_MESSAGE, INVALID_MESSAGE, ORPHANED_MESSAGE
from azext_iotdiag.knowledge.hub.throttled import THROTTLING_EXCEPTION
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Entry, Finding, When, fail, weighed
from azext_iotdiag.model.hub_metrics import ACCEPTED, ATTEMPTS, BUILT_IN, DROPPED, INVALID, ORPHANED, THROTTLED
from azext_iotdiag.model.metrics import MetricsRead, Wanted

FALLBACK = "d2c.telemetry.egress.fallback"
CONNECTED, QUOTA_USED = "connectedDeviceCount", "dailyMessageQuotaUsed"

# In the order of the message's way. Names and aggregations as the service has them:
# https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-devices-iothubs-metrics
WANTED = (
    Wanted(CONNECTED, "Connected devices", "Average"),
    Wanted("totalDeviceCount", "Total devices", "Average"),
    Wanted(ATTEMPTS, "Telemetry message send attempts"),
    Wanted(ACCEPTED, "Telemetry messages sent"),
    Wanted(THROTTLED, "Number of throttling errors"),
    Wanted("d2c.telemetry.egress.success", "Routing: telemetry messages delivered"),
    Wanted(BUILT_IN, "Routing: messages delivered to messages/events"),
    Wanted("d2c.endpoints.egress.eventHubs", "Routing: messages delivered to Event Hub"),
    Wanted("d2c.endpoints.egress.serviceBusQueues", "Routing: messages delivered to Service Bus Queue"),
    Wanted("d2c.endpoints.egress.serviceBusTopics", "Routing: messages delivered to Service Bus Topic"),
    Wanted("d2c.endpoints.egress.storage", "Routing: messages delivered to storage"),
    Wanted(FALLBACK, "Routing: messages delivered to fallback"),
    Wanted(ORPHANED, "Routing: telemetry messages orphaned"),
    Wanted(DROPPED, "Routing: telemetry messages dropped"),
    Wanted(INVALID, "Routing: telemetry messages incompatible"),
    Wanted(QUOTA_USED, "Total number of messages used", "Maximum"),
)
ATTESTATIONS, REGISTRATIONS, ASSIGNMENTS = "AttestationAttempts", "RegistrationAttempts", "DeviceAssignments"
# https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-devices-provisioningservices-metrics
WANTED_OF_DPS = (
    Wanted(ATTESTATIONS, "Attestation attempts"),
    Wanted(REGISTRATIONS, "Registration attempts"),
    Wanted(ASSIGNMENTS, "Devices assigned"),
)
# https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-iotcentral-iotapps-metrics
WANTED_OF_APP = (
    Wanted(CONNECTED, "Total Connected Devices", "Average"),
    Wanted("provisionedDeviceCount", "Total Provisioned Devices", "Average"),
    Wanted(ATTEMPTS, "Total Telemetry Message Send Attempts"),
    Wanted(ACCEPTED, "Total Telemetry Messages Sent"),
    Wanted("d2c.property.read.success", "Successful Device Property Reads from Devices"),
    Wanted("d2c.property.read.failure", "Failed Device Property Reads from Devices"),
    Wanted("d2c.property.update.success", "Successful Device Property Updates from Devices"),
    Wanted("d2c.property.update.failure", "Failed Device Property Updates from Devices"),
    Wanted("c2d.property.read.success", "Successful Device Property Reads from IoT Central"),
    Wanted("c2d.property.read.failure", "Failed Device Property Reads from IoT Central"),
    Wanted("c2d.property.update.success", "Successful Device Property Updates from IoT Central"),
    Wanted("c2d.property.update.failure", "Failed Device Property Updates from IoT Central"),
    Wanted("c2d.commands.success", "Successful command invocations"),
    Wanted("c2d.commands.failure", "Failed command invocations"),
    Wanted("dataExport.messages.received", "Data Export Messages Received"),
    Wanted("dataExport.messages.filtered", "Data Export Messages Filtered"),
    Wanted("dataExport.messages.written", "Data Export Messages Written"),
    Wanted("dataExport.error", "Data Export Errors"),
    Wanted("deviceDataUsage", "Total Device Data Usage"),
)
FINEST_OF_APP = "PT5M"  # some of them have no finer values
_LOSSES: tuple[tuple[str, Entry, str], ...] = (
    (THROTTLED, THROTTLING_EXCEPTION, "The hub throttled {} times"),
    (ORPHANED, ORPHANED_MESSAGE, "No route took {}, and the fallback route is off"),
    (DROPPED, DROPPED_MESSAGE, "The hub dropped {} on the way to an endpoint"),
    (INVALID, INVALID_MESSAGE, "{} did not fit their endpoint"),
)


def judged(read: MetricsRead) -> Iterator[Finding]:
    """What the values of a hub mean. A metric counts all devices, so that it proves nothing of one device."""
    if read.quota is not None and read.quota.share >= 1:
        used, most = read.quota.messages, read.quota.most_messages
        yield fail(IOT_HUB_QUOTA_EXCEEDED, f"{used:,} of {most:,} messages of this UTC day are used", messages=used)
    for name, entry, message in _LOSSES:
        times = read.value(name)
        if times:
            what = f"{times:,.0f}" if name == THROTTLED else counted(round(times), "message")
            yield weighed(fail(entry, message.format(what), metric=name, count=round(times)), when=When.WINDOW)
