"""Which metrics tell where a hub's messages went, and what their values mean."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.knowledge.hub.forbidden import IOT_HUB_QUOTA_EXCEEDED
from azext_iotdiag.knowledge.hub.routing import DROPPED_MESSAGE, INVALID_MESSAGE, ORPHANED_MESSAGE
from azext_iotdiag.knowledge.hub.throttled import THROTTLING_EXCEPTION
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Entry, Finding, When, fail, weighed
from azext_iotdiag.model.hub_metrics import ACCEPTED, ATTEMPTS, BUILT_IN, DROPPED, INVALID, ORPHANED, THROTTLED
from azext_iotdiag.model.metrics import MetricsRead, ShownMetric

FALLBACK = "d2c.telemetry.egress.fallback"
CONNECTED, QUOTA_USED = "connectedDeviceCount", "dailyMessageQuotaUsed"

# In the order of the message's way. Names and aggregations as the service has them:
# https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-devices-iothubs-metrics
WANTED = (
    ShownMetric(CONNECTED, "Connected devices", "Average"),
    ShownMetric("totalDeviceCount", "Total devices", "Average"),
    ShownMetric(ATTEMPTS, "Telemetry message send attempts"),
    ShownMetric(ACCEPTED, "Telemetry messages sent"),
    ShownMetric(THROTTLED, "Number of throttling errors"),
    ShownMetric("d2c.telemetry.egress.success", "Routing: telemetry messages delivered"),
    ShownMetric(BUILT_IN, "Routing: messages delivered to messages/events"),
    ShownMetric("d2c.endpoints.egress.eventHubs", "Routing: messages delivered to Event Hub"),
    ShownMetric("d2c.endpoints.egress.serviceBusQueues", "Routing: messages delivered to Service Bus Queue"),
    ShownMetric("d2c.endpoints.egress.serviceBusTopics", "Routing: messages delivered to Service Bus Topic"),
    ShownMetric("d2c.endpoints.egress.storage", "Routing: messages delivered to storage"),
    ShownMetric(FALLBACK, "Routing: messages delivered to fallback"),
    ShownMetric(ORPHANED, "Routing: telemetry messages orphaned"),
    ShownMetric(DROPPED, "Routing: telemetry messages dropped"),
    ShownMetric(INVALID, "Routing: telemetry messages incompatible"),
    ShownMetric(QUOTA_USED, "Total number of messages used", "Maximum"),
)
ATTESTATIONS, REGISTRATIONS, ASSIGNMENTS = "AttestationAttempts", "RegistrationAttempts", "DeviceAssignments"
# https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-devices-provisioningservices-metrics
WANTED_OF_DPS = (
    ShownMetric(ATTESTATIONS, "Attestation attempts"),
    ShownMetric(REGISTRATIONS, "Registration attempts"),
    ShownMetric(ASSIGNMENTS, "Devices assigned"),
)
# https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-iotcentral-iotapps-metrics
WANTED_OF_APP = (
    ShownMetric(CONNECTED, "Total Connected Devices", "Average"),
    ShownMetric("provisionedDeviceCount", "Total Provisioned Devices", "Average"),
    ShownMetric(ATTEMPTS, "Total Telemetry Message Send Attempts"),
    ShownMetric(ACCEPTED, "Total Telemetry Messages Sent"),
    ShownMetric("d2c.property.read.success", "Successful Device Property Reads from Devices"),
    ShownMetric("d2c.property.read.failure", "Failed Device Property Reads from Devices"),
    ShownMetric("d2c.property.update.success", "Successful Device Property Updates from Devices"),
    ShownMetric("d2c.property.update.failure", "Failed Device Property Updates from Devices"),
    ShownMetric("c2d.property.read.success", "Successful Device Property Reads from IoT Central"),
    ShownMetric("c2d.property.read.failure", "Failed Device Property Reads from IoT Central"),
    ShownMetric("c2d.property.update.success", "Successful Device Property Updates from IoT Central"),
    ShownMetric("c2d.property.update.failure", "Failed Device Property Updates from IoT Central"),
    ShownMetric("c2d.commands.success", "Successful command invocations"),
    ShownMetric("c2d.commands.failure", "Failed command invocations"),
    ShownMetric("dataExport.messages.received", "Data Export Messages Received"),
    ShownMetric("dataExport.messages.filtered", "Data Export Messages Filtered"),
    ShownMetric("dataExport.messages.written", "Data Export Messages Written"),
    ShownMetric("dataExport.error", "Data Export Errors"),
    ShownMetric("deviceDataUsage", "Total Device Data Usage"),
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
