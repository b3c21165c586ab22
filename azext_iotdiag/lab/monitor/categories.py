"""The categories of resource logs, by the type of the resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.lab.tenant.tenant import DPS_TYPE, HUB_TYPE

# https://learn.microsoft.com/azure/iot-hub/monitor-iot-hub-reference#resource-logs
# https://learn.microsoft.com/azure/iot-dps/monitor-iot-dps-reference#resource-logs
CATEGORIES: dict[str, tuple[str, ...]] = {
    HUB_TYPE: (
        "Connections", "DeviceTelemetry", "C2DCommands", "DeviceIdentityOperations", "FileUploadOperations", "Routes",
        "D2CTwinOperations", "C2DTwinOperations", "TwinQueries", "JobsOperations", "DirectMethods",
        "DistributedTracing", "Configurations", "DeviceStreams",
    ),
    DPS_TYPE: ("DeviceOperations", "ServiceOperations"),
}  # fmt: skip


def enabled(type_: str, properties: Mapping[str, Any]) -> set[str]:
    """The categories that a setting sends."""
    on = [row for row in properties.get("logs") or () if row.get("enabled")]
    every = CATEGORIES[type_] if any(row.get("categoryGroup") for row in on) else ()
    return {*every, *(str(row["category"]) for row in on if row.get("category"))}
