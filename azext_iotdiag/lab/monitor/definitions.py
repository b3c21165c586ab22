"""The metrics that the lab's hub has, with the names that the portal shows.

https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-devices-iothubs-metrics
"""

from __future__ import annotations

from typing import NamedTuple

CONNECTED, DEVICES, MESSAGES = "connectedDeviceCount", "totalDeviceCount", "dailyMessageQuotaUsed"
ATTEMPTS, ACCEPTED = "d2c.telemetry.ingress.allProtocol", "d2c.telemetry.ingress.success"
DELIVERED, BUILT_IN = "d2c.telemetry.egress.success", "d2c.endpoints.egress.builtIn.events"
DROPPED, ORPHANED = "d2c.telemetry.egress.dropped", "d2c.telemetry.egress.orphaned"
INVALID, FALLBACK = "d2c.telemetry.egress.invalid", "d2c.telemetry.egress.fallback"
TWIN_READ, TWIN_UPDATE = "d2c.twin.read", "d2c.twin.update"  # followed by .success or .failure
METHOD = "c2d.methods"  # the same
OF_ENDPOINTS = {
    "eventHubs": "d2c.endpoints.egress.eventHubs",
    "serviceBusQueues": "d2c.endpoints.egress.serviceBusQueues",
    "serviceBusTopics": "d2c.endpoints.egress.serviceBusTopics",
    "storageContainers": "d2c.endpoints.egress.storage",
}
COMPLETED, REJECTED, ABANDONED = (f"c2d.commands.egress.{fate}.success" for fate in ("complete", "reject", "abandon"))
EXPIRED = "C2DMessagesExpired"


class Definition(NamedTuple):
    """A metric: its name, what the portal calls it, its unit, and how its values are put together by default.

    No interval of its values is shorter than `least`, in minutes.
    """

    name: str
    shown: str
    aggregation: str = "Total"
    unit: str = "Count"
    least: int = 1


HUB = (
    Definition(ATTEMPTS, "Telemetry message send attempts"),
    Definition(ACCEPTED, "Telemetry messages sent"),
    Definition("d2c.telemetry.ingress.sendThrottle", "Number of throttling errors"),
    Definition(COMPLETED, "C2D message deliveries completed"),
    Definition(ABANDONED, "C2D messages abandoned"),
    Definition(REJECTED, "C2D messages rejected"),
    Definition(EXPIRED, "C2D Messages Expired"),
    Definition(DELIVERED, "Routing: telemetry messages delivered"),
    Definition(DROPPED, "Routing: telemetry messages dropped"),
    Definition(ORPHANED, "Routing: telemetry messages orphaned"),
    Definition(INVALID, "Routing: telemetry messages incompatible"),
    Definition(FALLBACK, "Routing: messages delivered to fallback"),
    Definition("d2c.endpoints.egress.eventHubs", "Routing: messages delivered to Event Hub"),
    Definition("d2c.endpoints.egress.serviceBusQueues", "Routing: messages delivered to Service Bus Queue"),
    Definition("d2c.endpoints.egress.serviceBusTopics", "Routing: messages delivered to Service Bus Topic"),
    Definition(BUILT_IN, "Routing: messages delivered to messages/events"),
    Definition("d2c.endpoints.egress.storage", "Routing: messages delivered to storage"),
    Definition(f"{TWIN_READ}.success", "Successful twin reads from devices"),
    Definition(f"{TWIN_READ}.failure", "Failed twin reads from devices"),
    Definition(f"{TWIN_UPDATE}.success", "Successful twin updates from devices"),
    Definition(f"{TWIN_UPDATE}.failure", "Failed twin updates from devices"),
    Definition(f"{METHOD}.success", "Successful direct method invocations"),
    Definition(f"{METHOD}.failure", "Failed direct method invocations"),
    Definition(MESSAGES, "Total number of messages used", "Maximum"),
    Definition(DEVICES, "Total devices", "Average"),
    Definition(CONNECTED, "Connected devices", "Average"),
)
# Of a provisioning service:
# https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-devices-provisioningservices-metrics
ATTESTATIONS, REGISTRATIONS, ASSIGNMENTS = "AttestationAttempts", "RegistrationAttempts", "DeviceAssignments"
DPS = (
    Definition(ATTESTATIONS, "Attestation attempts"),
    Definition(REGISTRATIONS, "Registration attempts"),
    Definition(ASSIGNMENTS, "Devices assigned"),
)
# Of an IoT Central application. The lab plays no commands and no exports, so that these have no values.
# https://learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-iotcentral-iotapps-metrics
PROVISIONED = "provisionedDeviceCount"
PROPERTY_READ, PROPERTY_UPDATE = "d2c.property.read", "d2c.property.update"  # followed by .success or .failure
APP_READ, APP_UPDATE = "c2d.property.read", "c2d.property.update"  # the same
APP = (
    Definition("c2d.commands.failure", "Failed command invocations"),
    Definition("c2d.commands.requestSize", "Request size of command invocations", unit="Bytes"),
    Definition("c2d.commands.responseSize", "Response size of command invocations", unit="Bytes"),
    Definition("c2d.commands.success", "Successful command invocations"),
    Definition(f"{APP_READ}.failure", "Failed Device Property Reads from IoT Central"),
    Definition(f"{APP_READ}.success", "Successful Device Property Reads from IoT Central"),
    Definition(f"{APP_UPDATE}.failure", "Failed Device Property Updates from IoT Central"),
    Definition(f"{APP_UPDATE}.success", "Successful Device Property Updates from IoT Central"),
    Definition(CONNECTED, "Total Connected Devices", "Average", least=5),
    Definition(f"{PROPERTY_READ}.failure", "Failed Device Property Reads from Devices"),
    Definition(f"{PROPERTY_READ}.success", "Successful Device Property Reads from Devices"),
    Definition(f"{PROPERTY_UPDATE}.failure", "Failed Device Property Updates from Devices"),
    Definition(f"{PROPERTY_UPDATE}.success", "Successful Device Property Updates from Devices"),
    Definition(ATTEMPTS, "Total Telemetry Message Send Attempts"),
    Definition(ACCEPTED, "Total Telemetry Messages Sent"),
    Definition("dataExport.error", "Data Export Errors"),
    Definition("dataExport.messages.filtered", "Data Export Messages Filtered"),
    Definition("dataExport.messages.received", "Data Export Messages Received"),
    Definition("dataExport.messages.written", "Data Export Messages Written"),
    Definition("dataExport.statusChange", "Data Export Status Change"),
    Definition("deviceDataUsage", "Total Device Data Usage", unit="Bytes", least=5),
    Definition(PROVISIONED, "Total Provisioned Devices", "Average", least=5),
)
NAMESPACE = "Microsoft.Devices/IotHubs"
AGGREGATIONS = ("Average", "Minimum", "Maximum", "Total", "Count")
