"""What the lab's hub holds: policies, devices, and the stream of their messages. Plain data, for one thread."""

from __future__ import annotations

import asyncio
import secrets
import time
import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from azext_iotdiag.lab.audit.log import Audit
from azext_iotdiag.lab.dps.service import Dps, new_dps
from azext_iotdiag.lab.faults.active import ActiveFaults
from azext_iotdiag.lab.hub.feedback import Feedback
from azext_iotdiag.lab.hub.fleet import Devices
from azext_iotdiag.lab.hub.flood import FloodedPartition, Sender
from azext_iotdiag.lab.hub.identities import Device, Policy, new_key
from azext_iotdiag.lab.hub.partition import DAY_MS, OF_A_HUB, Limits, Partition, StoredEvent
from azext_iotdiag.lab.hub.settings import HubSettings
from azext_iotdiag.lab.hub.throttles import Throttles
from azext_iotdiag.lab.process.settings import HUB_SUFFIX, Settings
from azext_iotdiag.lab.tenant.azure import Azure, new_azure
from azext_iotdiag.wire.amqp.types import Timestamp

if TYPE_CHECKING:
    from azext_iotdiag.lab.central.application import Central
    from azext_iotdiag.lab.hub.amqp.readers import Reader
    from azext_iotdiag.lab.hub.methods import Answer
    from azext_iotdiag.lab.hub.sessions import Session

CENTRAL_HUBS, CENTRAL_PARTITIONS = 2, 2  # behind an IoT Central application, and of each hub there
CENTRAL_LIMITS = Limits(20_000, 16 * 1024 * 1024)  # of such a hub, whose devices send as long as the lab runs
HUB_DOMAIN = "azure-devices.net"
NAMESPACE_DOMAIN = "servicebus.windows.net"

_DOTNET_EPOCH = 621_355_968_000_000_000  # 1970 in ticks of 100 ns; IoT Hub's generation ids look like ticks
_POLICIES = {  # as Azure creates them with every hub
    "iothubowner": ("RegistryRead", "RegistryWrite", "ServiceConnect", "DeviceConnect"),
    "service": ("ServiceConnect",),
    "device": ("DeviceConnect",),
    "registryRead": ("RegistryRead",),
    "registryReadWrite": ("RegistryRead", "RegistryWrite"),
}
# The annotation's text, as IoT Hub writes it.
_AUTH_METHOD = '{{"scope":"{scope}","type":"{type}","issuer":"{issuer}","acceptingIpFilterRule":null}}'
_AUTH_TYPES = {"sas": ("sas", "iothub"), "x509": ("x509Certificate", "external")}


@dataclass
class EventStream:
    """The hub's built-in endpoint as Event Hubs sees it: a host of its own, an entity, and partitions by id.

    `created` is in milliseconds since 1970.
    """

    host: str
    entity: str
    partitions: dict[str, Partition]
    consumer_groups: set[str] = field(default_factory=lambda: {"$Default"})
    created: int = 0


@dataclass
class Hub:
    """An IoT hub. `authorities` holds the certificates (PEM) of those that it trusts to issue devices' certificates."""

    name: str
    host: str
    policies: dict[str, Policy]
    devices: Devices
    stream: EventStream
    settings: HubSettings = field(default_factory=HubSettings)
    authorities: dict[str, bytes] = field(default_factory=dict)

    def identity(self, device_id: str, module_id: str = "") -> Device | None:
        """The device of that id, or its module."""
        device = self.devices.get(device_id)
        return device if device is None or not module_id else device.modules.get(module_id)

    def telemetry(
        self,
        device: Device,
        body: bytes,
        *,
        system: Mapping[str, Any],
        properties: Mapping[str, Any],
        component: str = "",
        auth: str = "sas",
        now_ms: int,
    ) -> StoredEvent:
        """Put a message of a device or a module into its partition, with the annotations that IoT Hub adds.

        `auth` is "sas" or "x509".
        """
        device.last_activity = now_ms / 1000
        partition = self.partition_of(device.device_id)
        partition.expire(self._oldest(now_ms))
        return partition.append(
            body=body,
            device=device.device_id,
            system=system,
            properties=properties,
            annotations=annotations_of(device, now_ms, component=component, auth=auth),
            now_ms=now_ms,
        )

    def expire(self, now_ms: int) -> None:
        """Forget the messages that are older than the hub keeps them."""
        for partition in self.stream.partitions.values():
            partition.expire(self._oldest(now_ms))

    def _oldest(self, now_ms: int) -> int:
        return now_ms - self.settings.retention_days * DAY_MS

    def partition_of(self, device_id: str) -> Partition:
        """The partition of a device: always the same, so that its messages keep their order."""
        return self.stream.partitions[partition_id_of(device_id, len(self.stream.partitions))]


def annotations_of(device: Device, now_ms: int, *, component: str = "", auth: str = "sas") -> dict[str, Any]:
    """What IoT Hub adds to a message, except the device's id and what the partition adds.

    Source: the IoT Hub developer guide, "Create and read IoT Hub messages".
    """
    kind, issuer = _AUTH_TYPES[auth]
    scope = "module" if device.module_id else "device"
    annotations = {
        "iothub-connection-auth-method": _AUTH_METHOD.format(scope=scope, type=kind, issuer=issuer),
        "iothub-connection-auth-generation-id": device.generation_id,
        "iothub-enqueuedtime": Timestamp(now_ms),
        "iothub-message-source": "Telemetry",
    }
    if device.module_id:
        annotations["iothub-connection-module-id"] = device.module_id
    if device.model_id:
        annotations["dt-dataschema"] = device.model_id
    if component:
        annotations["dt-subject"] = component
    return annotations


def partition_id_of(device_id: str, partition_count: int) -> str:
    """The partition of a device in a hub of so many."""
    return str(zlib.crc32(device_id.encode()) % partition_count)


@dataclass
class State:
    """Everything the services of one lab share. Only the thread of the lab's event loop may touch it.

    Each hub behind an IoT Central application has one of its own, which shares audit, faults and tenant.
    """

    hub: Hub
    azure: Azure
    provisioning: list[Dps] = field(default_factory=list)
    apps: list[Central] = field(default_factory=list)
    audit: Audit = field(default_factory=Audit)
    faults: ActiveFaults = field(default_factory=ActiveFaults)
    clock: Callable[[], float] = time.time
    sessions: dict[str, Session] = field(default_factory=dict)  # of each connected device or module, by its name
    waiters: list[Callable[[], None]] = field(default_factory=list)  # called when a session has subscribed to something
    calls: dict[tuple[str, str], asyncio.Future[Answer]] = field(default_factory=dict)  # by device name and call
    kept: dict[str, dict[str, int]] = field(default_factory=dict)  # subscriptions that outlive an MQTT session
    feedback: Feedback = field(default_factory=Feedback)
    later: Callable[[float, Callable[[], None]], Any] = lambda seconds, then: asyncio.get_running_loop().call_later(
        seconds, then
    )
    throttles: Throttles = field(default_factory=Throttles)
    readers: dict[tuple[str, str], list[Reader]] = field(default_factory=dict)  # by consumer group and partition

    def at(self, host: str) -> State:
        """What belongs to the hub of that host name or namespace; the lab's own hub for any other name."""
        host = host.lower()
        backing = (each for app in self.apps for each in app.hubs)
        return next((each for each in backing if host in (each.hub.host, each.hub.stream.host)), self)

    def new_generation(self) -> str:
        """What tells a device from an earlier one of the same id."""
        return str(_DOTNET_EPOCH + int(self.clock() * 10_000_000))


def new_state(
    name: str = "lab",
    *,
    partition_count: int = 4,
    device_count: int = 3,
    flood: int = 0,
    fleet: int = 0,
    units: int = 0,
    scenario: str = "",
    clock: Callable[[], float] = time.time,
) -> State:
    """A fresh lab of that name, every key in it random, with `flood` events that nobody sent.

    `fleet` is a number of devices that nobody plays; `units` are those of S1 whose limits it keeps, 0 for none. Raises
    BadSetting.
    """
    Settings(name, partition_count, device_count, flood, scenario, fleet=fleet, units=units).check()
    generation = str(_DOTNET_EPOCH + int(clock() * 10_000_000))
    devices = [
        Device(f"device-{number}", new_key(), new_key(), generation_id=generation)
        for number in range(1, device_count + 1)
    ]
    now_ms = int(clock() * 1000)
    partitions = _flooded(devices, partition_count, flood, now_ms) if flood else _empty(partition_count)
    hub = _new_hub(name + HUB_SUFFIX, Devices(devices, fleet, clock(), generation), partitions, now_ms)
    faults = ActiveFaults()
    dps = new_dps(name, hub)
    audit = Audit(clock=clock)
    made = State(
        hub, new_azure(hub, dps), [dps], audit=audit, faults=faults, clock=lambda: clock() + _shift(faults),
        throttles=Throttles(units),
    )  # fmt: skip
    made.apps += _apps(made, now_ms)
    return made


def _new_hub(name: str, devices: Devices, partitions: dict[str, Partition], now_ms: int) -> Hub:
    part = f"{name[:10].rstrip('-')}-{secrets.randbelow(90_000_000) + 10_000_000}-{secrets.token_hex(5)}"
    stream = EventStream(
        host=f"iothub-ns-{part}.{NAMESPACE_DOMAIN}",
        entity=f"iothub-ehub-{part}",
        partitions=partitions,
        created=now_ms,
    )
    policies = {key: Policy(key, frozenset(rights), new_key(), new_key()) for key, rights in _POLICIES.items()}
    return Hub(name, f"{name}.{HUB_DOMAIN}", policies, devices, stream)


def _apps(state: State, now_ms: int) -> list[Central]:
    """The IoT Central applications of the tenant, each with hubs of its own, named as Azure names those."""
    from azext_iotdiag.lab.central.application import new_central

    def backing() -> State:
        partitions = _empty(CENTRAL_PARTITIONS, CENTRAL_LIMITS)
        hub = _new_hub(f"iotc-{uuid.uuid4()}", Devices([]), partitions, now_ms)
        return State(hub, state.azure, audit=state.audit, faults=state.faults, clock=state.clock)

    owners = state.azure.having("Owner")
    return [
        new_central(app, [backing() for _ in range(CENTRAL_HUBS)], owners, now_ms / 1000)
        for app in state.azure.central_apps()
    ]


def _empty(count: int, limits: Limits = OF_A_HUB) -> dict[str, Partition]:
    return {str(number): Partition(str(number), limits.share(count)) for number in range(count)}


def _shift(faults: ActiveFaults) -> float:
    """By how many seconds the hub's clock is wrong."""
    ahead, behind = faults.find("clock-ahead") or {}, faults.find("clock-behind") or {}
    return ahead.get("seconds", 0) - behind.get("seconds", 0)


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
