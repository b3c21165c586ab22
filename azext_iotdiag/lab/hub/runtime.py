"""A hub at work: who is connected, which calls wait, who reads, and what it shares with the rest of its lab."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from azext_iotdiag.lab.audit.log import Audit
from azext_iotdiag.lab.faults.active import ActiveFaults
from azext_iotdiag.lab.hub.amqp.reader_epochs import Rival
from azext_iotdiag.lab.hub.hub import Hub, generation_at
from azext_iotdiag.lab.hub.notices import Notices, feedback
from azext_iotdiag.lab.hub.routing.endpoints import Routing
from azext_iotdiag.lab.hub.session import DeviceSession, MethodAnswer
from azext_iotdiag.lab.hub.throttles import Throttles
from azext_iotdiag.lab.monitor.metrics import Metrics
from azext_iotdiag.lab.storage.container import Blobs, Upload
from azext_iotdiag.lab.tenant.tenant import Tenant


def _later(seconds: float, then: Callable[[], None]) -> asyncio.TimerHandle:
    return asyncio.get_running_loop().call_later(seconds, then)


@dataclass
class Runtime:
    """A hub with all that ends when its lab does. Only the thread of the lab's event loop may touch it.

    `tenant`, `audit`, `faults`, `clock` and `blobs` are the lab's: its hubs share them.
    """

    hub: Hub
    tenant: Tenant
    audit: Audit = field(default_factory=Audit)
    faults: ActiveFaults = field(default_factory=ActiveFaults)
    clock: Callable[[], float] = time.time
    throttles: Throttles = field(default_factory=Throttles)
    sessions: dict[str, DeviceSession] = field(default_factory=dict)  # of each connected device or module, by its name
    waiters: list[Callable[[], None]] = field(default_factory=list)  # called when a session has subscribed to something
    calls: dict[tuple[str, str], asyncio.Future[MethodAnswer]] = field(default_factory=dict)  # by device name and call
    takeovers: dict[str, list[float]] = field(default_factory=dict)  # when a session replaced another, by device name
    kept: dict[str, dict[str, int]] = field(default_factory=dict)  # subscriptions that outlive an MQTT session
    feedback: Notices = field(default_factory=feedback)  # what became of messages to devices
    files: Notices = field(default_factory=Notices)  # which files devices have put up
    readers: dict[tuple[str, str], list[Rival]] = field(default_factory=dict)  # by consumer group and partition
    routing: Routing = field(default_factory=Routing)
    uploads: dict[str, Upload] = field(default_factory=dict)  # files on their way, by the id that the hub gave
    blobs: Blobs = field(default_factory=Blobs)
    metrics: Metrics = field(default_factory=Metrics)
    later: Callable[[float, Callable[[], None]], Any] = _later

    def count(self, name: str) -> None:
        """Count something in a metric."""
        self.metrics.count(name, self.clock())

    def record(self, service: str, action: str, outcome: str, **more: Any) -> None:
        """Note in the audit what happened at this hub."""
        self.audit.record(service, action, outcome, hub=self.hub.name, **more)

    def new_generation(self) -> str:
        """What tells a device from an earlier one of the same id."""
        return generation_at(self.clock())
