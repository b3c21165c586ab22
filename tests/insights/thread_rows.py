"""Rows of a resource log as tests write them, one a line, and as Azure hands them out."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from azext_iotdiag.insights.log import Log

THREADS = Path(__file__).parent / "threads"
FIELDS = ("time", "device", "operation", "code", "protocol", "address", "sdk", "login", "tls", "region")
NAMES = {"401003": "IoTHubUnauthorized", "404104": "DeviceConnectionClosedRemotely", "409002": "LinkCreationConflict"}

Record = dict[str, Any]


def record(*given: str) -> Record:
    """A row with the columns of `AzureDiagnostics`, of fields in the order of FIELDS; - is for none."""
    row = dict(zip(FIELDS, ("" if each == "-" else each for each in given)))
    category, _, operation = row["operation"].rpartition(":")
    properties = {
        "deviceId": row["device"],
        "protocol": row.get("protocol", ""),
        "authType": json.dumps({"scope": "device", "type": row.get("login", ""), "issuer": "iothub"}),
        "maskedIpAddress": row.get("address", ""),
        "sdkVersion": row.get("sdk", ""),
        "tlsVersion": row.get("tls", ""),
    }
    return {
        "TimeGenerated": row["time"],
        "ResourceId": "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/PLANT",
        "Resource": "PLANT",
        "ResourceProvider": "MICROSOFT.DEVICES",
        "ResourceType": "IOTHUBS",
        "Category": category or "Connections",
        "OperationName": operation,
        "Level": "Error" if row.get("code") else "Information",
        "ResultType": row.get("code", ""),
        "ResultDescription": NAMES.get(row.get("code", ""), ""),
        "DurationMs": "",
        "properties_s": json.dumps(properties),
        "location_s": row.get("region") or "westeurope",
    }


def of_thread(name: str) -> list[Record]:
    """The rows that were rebuilt from a public thread."""
    lines = (THREADS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [record(*line.split(" | ")) for line in lines if not line.startswith("#")]


def log_of(records: Iterable[Record]) -> Log:
    """The log that holds these rows."""
    log = Log()
    for each in records:
        log.add(each)
    return log


def worn(records: Sequence[Record], seed: int, lost: float = 0.2) -> list[Record]:
    """The rows as a service of best effort hands them out: some are lost, and the order is any."""
    source = random.Random(seed)
    left = [each for each in records if source.random() >= lost]
    source.shuffle(left)
    return left
