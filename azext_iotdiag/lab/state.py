"""What the lab's hub holds: policies, devices, and the stream of their messages. Plain data, for one thread."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from azext_iotdiag.lab.audit import Audit
from azext_iotdiag.lab.azure import Azure, new_azure
from azext_iotdiag.lab.dps import Dps, new_dps
from azext_iotdiag.lab.faults import ActiveFaults
from azext_iotdiag.lab.feedback import Feedback
from azext_iotdiag.lab.hub_settings import HubSettings
from azext_iotdiag.lab.identities import Device, Policy, new_key
from azext_iotdiag.wire.amqp.message import encode_message
from azext_iotdiag.wire.amqp.types import Symbol, Timestamp

if TYPE_CHECKING:
    from azext_iotdiag.lab.methods import Answer
    from azext_iotdiag.lab.sessions import Session

EVENT_LIMIT = 100_000
BYTE_LIMIT = 256 * 1024 * 1024
LARGEST_PARTITION_COUNT = 32  # as on Azure
LARGEST_DEVICE_COUNT = 1_000
HUB_SUFFIX = "-hub"
HUB_DOMAIN = "azure-devices.net"
NAMESPACE_DOMAIN = "servicebus.windows.net"

_LAB_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,44}[a-z0-9])?")  # with HUB_SUFFIX at most 50, as a hub's name is
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

log = logging.getLogger(__name__)


class BadSetting(ValueError):
    """A lab cannot be made like this; `advice` says what is allowed."""

    def __init__(self, message: str, advice: str):
        super().__init__(message)
        self.advice = advice


class StoredEvent(NamedTuple):
    """One event of a partition; `enqueued` is in milliseconds since 1970, `message` the whole encoded AMQP message."""

    sequence: int
    offset: str
    enqueued: int
    message: bytes


class Partition:
    """The last events of one partition, in order, without a gap in their sequence numbers, which start at 0.

    `events` may be read and indexed: its sequence numbers, offsets (as numbers) and times never go down.
    """

    def __init__(self, partition_id: str, *, limit: int = EVENT_LIMIT, byte_limit: int = BYTE_LIMIT):
        self.id = partition_id
        self.events: list[StoredEvent] = []
        self.next_sequence = 0
        self._limit = limit
        self._byte_limit = byte_limit
        self._bytes = 0
        self._offset = 0
        self._subscribers: list[Callable[[], None]] = []

    def append(
        self,
        *,
        body: bytes,
        device: str,
        system: Mapping[str, Any],
        properties: Mapping[str, Any],
        annotations: Mapping[str, Any],
        now_ms: int,
    ) -> StoredEvent:
        """Store an event and tell the subscribers.

        `system` maps the AMQP specification's names ("message-id", ...) to values, `properties` are the sender's own,
        `device` goes into the annotations unless it is empty.
        """
        enqueued = max(now_ms, self.events[-1].enqueued) if self.events else now_ms
        marks: dict[Symbol, Any] = {Symbol(name): value for name, value in annotations.items()}
        if device:
            marks[Symbol("iothub-connection-device-id")] = device
        marks[Symbol("x-opt-sequence-number")] = self.next_sequence
        marks[Symbol("x-opt-offset")] = str(self._offset)
        marks[Symbol("x-opt-enqueued-time")] = Timestamp(enqueued)
        message = encode_message(
            bytes(body), annotations=marks, properties=_typed(system) or None, application=dict(properties) or None
        )
        event = StoredEvent(self.next_sequence, str(self._offset), enqueued, message)
        self.events.append(event)
        self.next_sequence += 1
        self._offset += len(message)  # offsets of Event Hubs are places in a log, and so grow unevenly
        self._bytes += len(message)
        self._forget()
        for subscriber in tuple(self._subscribers):
            try:
                subscriber()
            except Exception:  # a broken reader must not keep a device from sending
                log.exception("a subscriber of partition %s failed and is dropped", self.id)
                self.unsubscribe(subscriber)
        return event

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback()` after each append."""
        self._subscribers.append(callback)

    def unsubscribe(self, callback: Callable[[], None]) -> None:
        """Stop calling `callback`; nothing happens where it is not known."""
        if callback in self._subscribers:
            self._subscribers.remove(callback)

    def index(self, sequence: int) -> int:
        """Where in `events` the first event stands whose sequence number is at least `sequence`."""
        if not self.events:
            return 0
        return min(max(sequence - self.events[0].sequence, 0), len(self.events))

    def _forget(self) -> None:
        # Many at once, because each `del` moves all that stays.
        surplus = max(self._limit // 100, 1) if len(self.events) > self._limit else 0
        excess = self._bytes - self._byte_limit
        if not surplus and excess <= 0:
            return
        dropped = 0
        while dropped < len(self.events) - 1 and (dropped < surplus or excess > 0):
            excess -= len(self.events[dropped].message)
            self._bytes -= len(self.events[dropped].message)
            dropped += 1
        del self.events[:dropped]


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
    devices: dict[str, Device]
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

        `auth` is "sas" or "x509". Source: the IoT Hub developer guide, "Create and read IoT Hub messages".
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
        device.last_activity = now_ms / 1000
        return self.partition_of(device.device_id).append(
            body=body,
            device=device.device_id,
            system=system,
            properties=properties,
            annotations=annotations,
            now_ms=now_ms,
        )

    def partition_of(self, device_id: str) -> Partition:
        """The partition of a device: always the same, so that its messages keep their order."""
        partitions = self.stream.partitions
        return partitions[str(zlib.crc32(device_id.encode()) % len(partitions))]


@dataclass
class State:
    """Everything the services of one lab share. Only the thread of the lab's event loop may touch it."""

    hub: Hub
    azure: Azure
    provisioning: list[Dps] = field(default_factory=list)
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

    def new_generation(self) -> str:
        """What tells a device from an earlier one of the same id."""
        return str(_DOTNET_EPOCH + int(self.clock() * 10_000_000))


def new_state(
    name: str = "lab", *, partition_count: int = 4, device_count: int = 3, clock: Callable[[], float] = time.time
) -> State:
    """A fresh lab of that name, every key in it random. Raises BadSetting."""
    check_settings(name, partition_count, device_count)
    hub_name = name + HUB_SUFFIX
    part = f"{hub_name[:10].rstrip('-')}-{secrets.randbelow(90_000_000) + 10_000_000}-{secrets.token_hex(5)}"
    generation = str(_DOTNET_EPOCH + int(clock() * 10_000_000))
    devices = [
        Device(f"device-{number}", new_key(), new_key(), generation_id=generation)
        for number in range(1, device_count + 1)
    ]
    stream = EventStream(
        host=f"iothub-ns-{part}.{NAMESPACE_DOMAIN}",
        entity=f"iothub-ehub-{part}",
        partitions={str(number): Partition(str(number)) for number in range(partition_count)},
        created=int(clock() * 1000),
    )
    policies = {key: Policy(key, frozenset(rights), new_key(), new_key()) for key, rights in _POLICIES.items()}
    hub = Hub(hub_name, f"{hub_name}.{HUB_DOMAIN}", policies, {device.device_id: device for device in devices}, stream)
    dps = new_dps(name, hub)
    return State(hub, new_azure(hub, dps), [dps], Audit(clock=clock), clock=clock)


def check_settings(name: str, partition_count: int = 4, device_count: int = 3) -> None:
    """Raises BadSetting unless a lab of that name and size can be made."""
    if not _LAB_NAME.fullmatch(name):
        raise BadSetting(
            f"{name!r} cannot be the name of a lab.",
            "Use 1 to 46 lower-case letters, digits and hyphens, with no hyphen at either end.",
        )
    for label, count, largest in (
        ("partitions", partition_count, LARGEST_PARTITION_COUNT),
        ("devices", device_count, LARGEST_DEVICE_COUNT),
    ):
        if not 1 <= count <= largest:
            raise BadSetting(f"A lab cannot have {count} {label}.", f"Give a number from 1 to {largest}.")


def _typed(system: Mapping[str, Any]) -> dict[str, Any]:
    """The properties with the types that AMQP 1.0, 3.2.4 asks for where a device sends text: user-id is binary."""
    user = system.get("user-id")
    return {**system, "user-id": user.encode()} if isinstance(user, str) else dict(system)
