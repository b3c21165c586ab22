"""Captures as Event Hubs and IoT Hub write them, made by fastavro: somebody else's Avro."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import fastavro

# https://learn.microsoft.com/azure/event-hubs/explore-captured-avro-files
CAPTURE = {"type": "record", "name": "EventData", "namespace": "Microsoft.ServiceBus.Messaging", "fields": [
    {"name": "SequenceNumber", "type": "long"},
    {"name": "Offset", "type": "string"},
    {"name": "EnqueuedTimeUtc", "type": "string"},
    {"name": "SystemProperties", "type": {"type": "map", "values": ["long", "double", "string", "bytes"]}},
    {"name": "Properties", "type": {"type": "map", "values": ["long", "double", "string", "bytes", "null"]}},
    {"name": "Body", "type": ["null", "bytes"]},
]}  # fmt: skip
# https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-d2c#azure-storage-as-a-routing-endpoint
ROUTED = {"type": "record", "name": "Message", "namespace": "Microsoft.Azure.Devices", "fields": [
    {"name": "EnqueuedTimeUtc", "type": "string"},
    {"name": "Properties", "type": {"type": "map", "values": "string"}},
    {"name": "SystemProperties", "type": {"type": "map", "values": "string"}},
    {"name": "Body", "type": ["null", "bytes"]},
]}  # fmt: skip


def written(
    schema: dict[str, Any], records: Iterable[dict[str, Any]], codec: str = "null", interval: int = 16_000
) -> bytes:
    """A container with these records; about `interval` bytes go into a block."""
    file = io.BytesIO()
    fastavro.writer(file, fastavro.parse_schema(schema), records, codec=codec, sync_interval=interval)
    return file.getvalue()


def captured(body: bytes | None, number: int = 0, **system: Any) -> dict[str, Any]:
    """A record of Event Hubs capture."""
    return {
        "SequenceNumber": number, "Offset": str(number * 100), "EnqueuedTimeUtc": "11/20/2026 1:02:03 PM",
        "SystemProperties": {"iothub-connection-device-id": f"device-{number % 3}", "content-type": "application/json",
                             "content-encoding": "utf-8", "iothub-message-source": "Telemetry"} | system,
        "Properties": {"level": "high", "n": 5, "none": None}, "Body": body,
    }  # fmt: skip


def routed(body: bytes | None, number: int = 0, **system: str) -> dict[str, Any]:
    """A record that IoT Hub routes to storage."""
    return {
        "EnqueuedTimeUtc": "2026-11-20T13:02:03.0000000Z", "Properties": {"level": "high"}, "Body": body,
        "SystemProperties": {"connectionDeviceId": f"device-{number % 3}", "contentType": "application/json",
                             "contentEncoding": "utf-8"} | system,
    }  # fmt: skip
