"""A lab: its hub at work, its provisioning service, its IoT Central applications, and the tenant around them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from azext_iotdiag.lab.audit.log import Audit
from azext_iotdiag.lab.central.application import Central, new_central
from azext_iotdiag.lab.dps.service import Dps, new_dps
from azext_iotdiag.lab.faults.active import ActiveFaults
from azext_iotdiag.lab.faults.table import CLOCK_AHEAD, CLOCK_BEHIND
from azext_iotdiag.lab.hub.event_log import OF_A_HUB, LogLimits, Partition
from azext_iotdiag.lab.hub.fleet import Devices
from azext_iotdiag.lab.hub.generated_events import FloodedPartition, Sender
from azext_iotdiag.lab.hub.hub import Hub, annotations_of, generation_at, new_hub, partition_id_of
from azext_iotdiag.lab.hub.identities import Device, new_key
from azext_iotdiag.lab.hub.runtime import Runtime
from azext_iotdiag.lab.hub.throttles import Throttles
from azext_iotdiag.lab.monitor.log_store import LogStore
from azext_iotdiag.lab.monitor.watched import WatchedRule
from azext_iotdiag.lab.process.settings import HUB_SUFFIX, Settings
from azext_iotdiag.lab.tenant.tenant import GROUP, HUB_TYPE, Resource, Tenant, new_tenant

CENTRAL_HUBS, CENTRAL_PARTITIONS = 2, 2  # behind an IoT Central application, and of each hub there
CENTRAL_LIMITS = LogLimits(20_000, 16 * 1024 * 1024)  # of such a hub, whose devices send as long as the lab runs


@dataclass
class Lab:
    """Everything the services of one lab share. Only the thread of the lab's event loop may touch it."""

    runtime: Runtime  # of the lab's own hub
    provisioning: list[Dps] = field(default_factory=list)
    apps: list[Central] = field(default_factory=list)
    further: list[Runtime] = field(default_factory=list)  # hubs that were created while it runs
    fired: dict[str, WatchedRule] = field(default_factory=dict)  # what metric alerts found, by their ids in lower case
    logs: LogStore = field(init=False)  # the rows of resource logs in its workspaces

    def __post_init__(self) -> None:
        self.logs = LogStore(self.tenant, self.faults, self.clock)
        self.audit.listen(self.logs.hear)

    @property
    def hub(self) -> Hub:
        """The lab's own hub."""
        return self.runtime.hub

    @property
    def tenant(self) -> Tenant:
        """The tenant around all services."""
        return self.runtime.tenant

    @property
    def audit(self) -> Audit:
        """What happened in the lab."""
        return self.runtime.audit

    @property
    def faults(self) -> ActiveFaults:
        """The faults that are on."""
        return self.runtime.faults

    @property
    def clock(self) -> Callable[[], float]:
        """The lab's clock, in seconds since 1970, which a fault may shift."""
        return self.runtime.clock

    @property
    def hubs(self) -> list[Runtime]:
        """All hubs: the lab's own, those that were created, and those behind IoT Central applications."""
        return [self.runtime, *self.further, *(each for app in self.apps for each in app.hubs)]

    def at(self, host: str) -> Runtime:
        """The hub of that host name or namespace; the lab's own hub for any other name."""
        host = host.lower()
        return next((each for each in self.hubs if host in (each.hub.host, *each.hub.namespaces)), self.runtime)

    def new_hub(self, name: str, partition_count: int) -> Runtime:
        """A hub of that name without devices, which the lab does not have yet: see `further`."""
        hub = new_hub(name, Devices([]), _empty(partition_count), int(self.clock() * 1000))
        made, folder = sharing(self.runtime, hub), self.runtime.routing.folder
        made.routing.folder = folder / name if folder is not None else None
        return made

    def new_generation(self) -> str:
        """What tells a device from an earlier one of the same id."""
        return self.runtime.new_generation()


def new_lab(
    name: str = "lab",
    *,
    partition_count: int = 4,
    device_count: int = 3,
    flood: int = 0,
    fleet: int = 0,
    units: int = 0,
    scenario: str = "",
    clock: Callable[[], float] = time.time,
) -> Lab:
    """A fresh lab of that name, every key in it random, with `flood` events that no device sent.

    `fleet` is a number of devices that no program plays; `units` are those of S1 whose limits it keeps, 0 for none.
    Raises BadSetting.
    """
    Settings(name, partition_count, device_count, flood, scenario, fleet=fleet, units=units).check()
    generation = generation_at(clock())
    devices = [
        Device(f"device-{number}", new_key(), new_key(), generation_id=generation)
        for number in range(1, device_count + 1)
    ]
    now_ms = int(clock() * 1000)
    partitions = _flooded(devices, partition_count, flood, now_ms) if flood else _empty(partition_count)
    hub = new_hub(name + HUB_SUFFIX, Devices(devices, fleet, clock(), generation), partitions, now_ms)
    faults, dps = ActiveFaults(), new_dps(name, hub)
    runtime = Runtime(
        hub, new_tenant(hub, dps), audit=Audit(clock=clock), faults=faults, clock=clock_of(faults, clock),
        throttles=Throttles(units),
    )  # fmt: skip
    return Lab(runtime, [dps], _apps(runtime, now_ms))


def sharing(own: Runtime, hub: Hub) -> Runtime:
    """A further hub at work, which shares with the lab's own what belongs to the lab."""
    return Runtime(hub, own.tenant, audit=own.audit, faults=own.faults, clock=own.clock, blobs=own.blobs)


def add_hubs(lab: Lab, count: int) -> None:
    """Add hubs to the lab's tenant until it has so many. Each knows a single device."""
    for number in range(2, count + 1):
        name = f"{lab.hub.name.removesuffix(HUB_SUFFIX)}-{number}"
        made = lab.new_hub(name + HUB_SUFFIX, CENTRAL_PARTITIONS)
        device = Device(f"{name}-device", new_key(), new_key(), generation_id=lab.new_generation())
        made.hub.devices[device.device_id] = device
        lab.tenant.subscriptions[0].resources.append(Resource(HUB_TYPE, made.hub.name, GROUP, made.hub))
        lab.further.append(made)


def _apps(own: Runtime, now_ms: int) -> list[Central]:
    """The IoT Central applications of the tenant, each with hubs of its own, named as Azure names those."""

    def backing() -> Runtime:
        partitions = _empty(CENTRAL_PARTITIONS, CENTRAL_LIMITS)
        hub = new_hub(f"iotc-{uuid.uuid4()}", Devices([]), partitions, now_ms)
        return sharing(own, hub)

    owners = own.tenant.having("Owner")
    return [
        new_central(app, [backing() for _ in range(CENTRAL_HUBS)], owners, now_ms / 1000)
        for app in own.tenant.central_apps()
    ]


def _empty(count: int, limits: LogLimits = OF_A_HUB) -> dict[str, Partition]:
    return {str(number): Partition(str(number), limits.share(count)) for number in range(count)}


def clock_of(faults: ActiveFaults, clock: Callable[[], float]) -> Callable[[], float]:
    """The clock of a lab: that of this machine, which faults make wrong."""

    def now() -> float:
        ahead, behind = faults.find(CLOCK_AHEAD) or {}, faults.find(CLOCK_BEHIND) or {}
        return clock() + ahead.get("seconds", 0) - behind.get("seconds", 0)

    return now


def _flooded(devices: list[Device], partition_count: int, total: int, now_ms: int) -> dict[str, Partition]:
    """Partitions that begin with events of the devices, each in the partition where its device belongs."""
    senders: dict[str, list[Sender]] = {str(number): [] for number in range(partition_count)}
    for number, device in enumerate(devices):
        sender = Sender(number, device.device_id, partial(annotations_of, device))
        senders[partition_id_of(device.device_id, partition_count)].append(sender)
    limits = OF_A_HUB.share(partition_count)
    return {
        name: FloodedPartition(name, here, total, len(devices), now_ms, limits) if here else Partition(name, limits)
        for name, here in senders.items()
    }
