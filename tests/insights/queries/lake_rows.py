"""Rows as Log Analytics holds them, for tests of queries."""

from __future__ import annotations

import json
from typing import Any

from tests.insights.thread_rows import Record, of_thread

HUB = "/subscriptions/s/resourcegroups/g/providers/microsoft.devices/iothubs/plant"
DPS = "/subscriptions/s/resourcegroups/g/providers/microsoft.devices/provisioningservices/front"
OTHER = HUB.replace("plant", "mill")


def row(time: str, device: str, operation: str, code: str = "", **more: Any) -> Record:
    """A row. `more` are properties, or columns where they begin with a large letter or an underline."""
    columns = {name: value for name, value in more.items() if not name[0].islower()}
    properties = {name: value for name, value in more.items() if name[0].islower()}
    category, _, name = operation.rpartition(":")
    told = {"deviceId": device, **properties} if device else properties
    return {
        "TimeGenerated": time, "Category": category or "Connections", "OperationName": name, "ResultType": code,
        "ResultDescription": "", "Resource": "PLANT", "_ResourceId": HUB, "_BilledSize": 512.0,
        "properties_s": json.dumps(told), "location_s": "westeurope", **columns,
    }  # fmt: skip


def provisioned(time: str, registration: str, outcome: str = "Success", status: str = "", **more: Any) -> Record:
    """A row of a provisioning service, as its reference shows it."""
    columns = {name: value for name, value in more.items() if not name[0].islower()}
    told = {"id": registration, "type": "Registration", "protocol": more.get("protocol", "Mqtt")}
    return {
        "TimeGenerated": time, "Category": "DeviceOperations", "OperationName": "AttestationAttempt",
        "ResultType": outcome, "ResultSignature": status, "ResultDescription": "Unauthorized" if status else "",
        "CallerIPAddress": "192.0.2.XXX", "Resource": "FRONT", "_ResourceId": DPS, "_BilledSize": 512.0,
        "properties_s": json.dumps(told), "location_s": "westeurope", **columns,
    }  # fmt: skip


def of_lake(record: Record) -> Record:
    """A row of `thread_rows` with what a workspace adds, and with times of one length."""
    text = str(record["TimeGenerated"]).rstrip("Z")
    whole, _, fraction = text.partition(".")
    seconds = whole if len(whole) == 19 else f"{whole}:00"
    return {**record, "TimeGenerated": f"{seconds}.{fraction.ljust(7, '0')}Z", "_ResourceId": HUB, "_BilledSize": 300.0}


def of_threads(*names: str) -> list[Record]:
    """The rows of public threads, in one log."""
    return [of_lake(each) for name in names for each in of_thread(name)]


ODD = [
    row("2026-11-30T10:00:00.1230000Z", "pump-1", "deviceConnect", maskedIpAddress="192.0.2.XXX", protocol="Mqtt"),
    row("2026-11-30T10:00:00.1230001Z", "pump-1", "deviceConnect", maskedIpAddress="192.0.3.XXX", protocol="Amqp"),
    row("2026-11-30T10:04:00.0000000Z", "pump-1", "deviceConnect", "401002", maskedIpAddress="198.51.100.XXX"),
    row("2026-11-30T10:05:00.0000000Z", "pump-1", "deviceDisconnect", "404104"),
    row("2026-11-30T10:06:00.0000000Z", "pump-2", "deviceDisconnect", "401003", tlsVersion="TLS1_2"),
    row("2026-11-30T10:06:00.5000000Z", "pump-2", "deviceConnect", "", sdkVersion="azure-iot-device/1.18"),
    row("2026-11-30T11:59:59.9999999Z", 'pump"3\\', "DeviceTelemetry:ingress", "429001"),
    row("2026-11-30T12:00:00.0000000Z", 'pump"3\\', "DeviceTelemetry:ingress", "429001"),
    row("2026-11-30T12:00:01.0000000Z", "", "Routes:droppedMessage", "", endpointName="store", routeName="all"),
    row("2026-11-30T12:00:02.0000000Z", "é漢😀", "deviceConnect", "Success"),
    row("2026-11-30T12:00:03.0000000Z", "pump-1", "deviceConnect", "404104", _ResourceId=OTHER),
    row("2026-11-30T12:00:04.0000000Z", "pump-4", "deviceConnect", properties_s="no JSON"),
    row("2026-11-30T12:00:05.0000000Z", "pump-5", "deviceDisconnect", _ResourceId=HUB.upper()),
]
REGISTERED = [
    provisioned("2026-11-30T10:00:00.0000000Z", "d-1"),
    provisioned("2026-11-30T10:00:01.0000000Z", "d-2", "ClientError", "401"),
    provisioned("2026-11-30T10:00:02.0000000Z", "d-2", "ClientError", "401"),
    provisioned("2026-11-30T10:00:02.0000000Z", "d-2", "ServerError", "500", protocol="Amqp"),
    provisioned("2026-11-30T10:00:03.0000000Z", "d-1", "SUCCESS"),
    provisioned("2026-11-30T10:00:04.0000000Z", "group", OperationName="Upsert", Category="ServiceOperations"),
    row("2026-11-30T10:00:05.0000000Z", "pump-1", "deviceConnect", "401002"),
]
