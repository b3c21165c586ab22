"""A million rows of a resource log: the time and memory that `logs errors` takes to find errors and patterns."""

from __future__ import annotations

import csv
import json
import os
import random
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

from figure import Figure

ROWS = 1_000_000
DEVICES = 5_000
MOST_SECONDS, MOST_MB = 20.0, 200.0
COLUMNS = ("TenantId", "TimeGenerated", "ResourceId", "Category", "ResourceGroup", "SubscriptionId", "ResourceProvider",
           "Resource", "ResourceType", "OperationName", "ResultType", "ResultDescription", "Level", "properties_s",
           "location_s", "Type", "_ResourceId")  # fmt: skip
_START = datetime(2026, 11, 1, tzinfo=timezone.utc)


def measure(folder: Path, environment: Mapping[str, str]) -> list[Figure]:
    """Run the installed command on a file of each form. Raises SystemExit where it did not find what is in it."""
    figures = []
    for form in ("csv", "jsonl"):
        path = folder / f"rows.{form}"
        _write(path, form)
        seconds, megabytes, found = _run(path, environment)
        path.unlink()
        patterns = [each["code"] for each in found["patterns"]]
        if found["rows"] != ROWS or patterns != ["identity-shared", "token-renewed-by-reconnect"]:
            raise SystemExit(f"The rows were not understood: {found['rows']} rows, {patterns}")
        figures += [
            Figure(f"a million rows of a log as {form}, s", f"{seconds:.1f}", "-", seconds, MOST_SECONDS),
            Figure("memory that it takes, MB", f"{megabytes:.0f}", "-", megabytes, MOST_MB),
        ]
    return figures


def _run(path: Path, environment: Mapping[str, str]) -> tuple[float, float, dict]:
    """The seconds of computing, the megabytes at most, and the result of the command."""
    out = path.with_suffix(".out")
    command = [sys.executable, "-m", "azure.cli", "iot", "diag", "logs", "errors", "--file", str(path), "-o", "json"]
    with out.open("wb") as stdout, open(os.devnull, "wb") as nothing:
        actions = [(os.POSIX_SPAWN_DUP2, stdout.fileno(), 1), (os.POSIX_SPAWN_DUP2, nothing.fileno(), 2)]
        process = os.posix_spawn(sys.executable, command, {**environment}, file_actions=actions)
        _, _, used = os.wait4(process, 0)
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return used.ru_utime + used.ru_stime, kilobytes / 1000, json.loads(out.read_bytes())


def _write(path: Path, form: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        if form == "csv":
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(_rows())
        else:
            for row in _rows():
                file.write(json.dumps(dict(zip(COLUMNS, row))) + "\n")


def _rows() -> Iterator[tuple[str, ...]]:
    """Devices that renew their tokens each hour, and ten of which two clients use the identity. In no order."""
    dice = random.Random(7)
    each = ROWS // DEVICES // 2
    for _ in range(each):
        for number in range(DEVICES):
            shared = number < 10
            at = _START + timedelta(seconds=(20 if shared else 3600) * _ + number)
            device = f"device-{number:05}"
            address = f"203.0.{(number + (_ % 2 if shared else 0)) % 250}.XXX"
            gone = "409002" if shared else "401003"
            late = timedelta(seconds=dice.uniform(1, 4))
            yield _row(at, device, "deviceDisconnect", gone, address)
            yield _row(at + late, device, "deviceConnect", "", address)


def _row(at: datetime, device: str, operation: str, code: str, address: str) -> tuple[str, ...]:
    login = json.dumps({"scope": "device", "type": "sas", "issuer": "iothub", "acceptingIpFilterRule": None})
    properties = json.dumps({
        "deviceId": device, "sdkVersion": ".NET/1.42.0", "protocol": "Amqp", "authType": login,
        "maskedIpAddress": address, "statusCode": None, "tlsVersion": "TLS1_2",
    })  # fmt: skip
    resource = "/SUBSCRIPTIONS/0/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/PLANT"
    time = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    level = "Error" if code else "Information"
    name = {"409002": "LinkCreationConflict", "401003": "IoTHubUnauthorized"}.get(code, "")
    return ("t", time, resource, "Connections", "G", "0", "MICROSOFT.DEVICES", "PLANT", "IOTHUBS", operation, code,
            name, level, properties, "westeurope", "AzureDiagnostics", resource.lower())  # fmt: skip
