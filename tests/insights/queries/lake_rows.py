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
