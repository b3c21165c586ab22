"""The custom endpoints of a hub: each is a file of JSON lines, as the hub's routing writes them to storage.

No Event Hub, queue or storage account is played behind them, and nothing is sent beyond this machine.
"""

from __future__ import annotations

import base64
import json
import os
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from azext_iotdiag.lab.hub.dates import written
from azext_iotdiag.lab.hub.query.conditions import UNDEFINED
from azext_iotdiag.lab.hub.routing.message import Sent, seen
from azext_iotdiag.lab.hub.routing.rules import RoutingPlan, plan_of
from azext_iotdiag.lab.hub.settings import HubSettings
from azext_iotdiag.private_files import open_private

LARGEST_FILE = 64 * 1024 * 1024  # after which it begins anew
MOST_IN_MEMORY = 1000
MOST_TOLD = 1000  # different problems, each of which is told once
HEALTHY, UNHEALTHY, UNKNOWN = "healthy", "unhealthy", "unknown"
_NAMES = {
    "content-type": "contentType",
    "content-encoding": "contentEncoding",
    "message-id": "messageId",
    "correlation-id": "correlationId",
    "user-id": "userId",
    "iothub-connection-device-id": "connectionDeviceId",
    "iothub-connection-module-id": "connectionModuleId",
    "iothub-connection-auth-method": "connectionAuthMethod",
    "iothub-connection-auth-generation-id": "connectionDeviceGenerationId",
}


@dataclass
class Endpoint:
    """A custom endpoint: how it is, and the last messages that it got. Times are in seconds since 1970."""

    name: str
    health: str = UNKNOWN
    error: str = ""
    attempted: float | None = None
    succeeded: float | None = None
    count: int = 0
    records: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_IN_MEMORY))

    def document(self) -> dict[str, Any]:
        """Its health, as the resource manager shows it."""
        told = {"lastSendAttemptTime": self.attempted, "lastSuccessfulSendAttemptTime": self.succeeded}
        return {
            "endpointId": self.name,
            "healthStatus": self.health,
            **({"lastKnownError": self.error} if self.error else {}),
            **{name: written(time) for name, time in told.items() if time is not None},
        }


class Routing:
    """The routing of one hub at work. `folder` is where its endpoints' files lie; without one they are in memory."""

    def __init__(self, folder: Path | None = None):
        self.folder = folder
        self._endpoints: dict[str, Endpoint] = {}
        self._plan: tuple[HubSettings, int, RoutingPlan] | None = None
        self._told: set[tuple[str, str]] = set()

    def plan(self, settings: HubSettings) -> RoutingPlan:
        """What the settings come to now."""
        known = self._plan
        if known is None or known[0] is not settings or known[1] != settings.version:
            known = self._plan = (settings, settings.version, plan_of(settings.properties["routing"]))
            self._endpoints = {name: self._endpoints.get(name) or Endpoint(name) for name in known[2].endpoints}
            self._told.clear()
        return known[2]

    def endpoints(self, settings: HubSettings) -> list[Endpoint]:
        """The custom endpoints."""
        self.plan(settings)
        return list(self._endpoints.values())

    def deliver(self, name: str, sent: Sent, properties: Mapping[str, Any], now: float) -> None:
        """Give a message to an endpoint. Raises OSError where its file cannot be written."""
        endpoint, record = self._endpoints[name], record_of(sent, properties, now)
        endpoint.attempted = now
        try:
            if self.folder is not None:
                _append(self.file(name), json.dumps(record).encode() + b"\n")
        except OSError as error:
            endpoint.health, endpoint.error = UNHEALTHY, error.strerror or str(error)
            raise
        endpoint.health, endpoint.error, endpoint.succeeded = HEALTHY, "", now
        endpoint.count += 1
        endpoint.records.append(record)

    def file(self, name: str) -> Path:
        """The file of an endpoint, where the hub has a folder."""
        assert self.folder is not None
        return self.folder / f"{name}.jsonl"

    def is_news(self, who: str, what: str) -> bool:
        """Whether a problem of a device was not told before; it counts as told then."""
        if (who, what) in self._told or len(self._told) >= MOST_TOLD:
            return False
        self._told.add((who, what))
        return True


def record_of(sent: Sent, properties: Mapping[str, Any], now: float) -> dict[str, Any]:
    """A message as IoT Hub writes it to storage as JSON: a body that is not said to be JSON is base64.

    https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-endpoints#azure-storage-as-a-routing-endpoint
    """
    time, body = written(now), seen(sent)["body"]
    system = {_NAMES[name]: str(value) for name, value in sent.system.items() if name in _NAMES}
    return {
        "EnqueuedTimeUtc": time,
        "Properties": {name: str(value) for name, value in properties.items()},
        "SystemProperties": {**system, "enqueuedTime": time},
        "Body": base64.b64encode(sent.body).decode("ascii") if body is UNDEFINED else body,
    }


def _append(path: Path, line: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(open_private(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab") as file:
        if file.tell() + len(line) > LARGEST_FILE:
            file.truncate(0)
        file.write(line)
