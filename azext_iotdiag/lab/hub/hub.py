"""What a hub holds: policies, devices, and the stream of their messages. Plain data, for one thread."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from azext_iotdiag.lab.hub.authorities import Authority
from azext_iotdiag.lab.hub.event_log import DAY_MS, Partition, StoredEvent
from azext_iotdiag.lab.hub.fleet import Devices
from azext_iotdiag.lab.hub.identities import Device, Policy, new_key
from azext_iotdiag.lab.hub.settings import HubSettings
from azext_iotdiag.wire.amqp.types import Timestamp

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

    @property
    def geo_replicated(self) -> bool:
        """Whether the namespace is replicated to another region, so that offsets are opaque texts."""
        return any(each.segment is not None for each in self.partitions.values())

    def replicate(self) -> None:
        """Make the namespace a geo-replicated one. It has never changed its primary region.

        Source: Azure/azure-sdk-for-net#47133: offsets are texts then. Their form is the lab's own; no trace shows it.
        """
        for each in self.partitions.values():
            each.segment = 0

    def begun_anew(self, partitions: dict[str, Partition], now_ms: int) -> EventStream:
        """The endpoint of this host with other partitions, and with no consumer group that anyone has made."""
        return EventStream(self.host, self.entity, partitions, created=now_ms)

    def without_events(self) -> EventStream:
        """The endpoint of this host while the hub is in its other region: it has no partitions and no groups."""
        return EventStream(self.host, self.entity, {}, set(), self.created)


@dataclass
class Hub:
    """An IoT hub. `authorities` holds the certificates (PEM) of those that it trusts to issue devices' certificates.

    `standby` is the built-in endpoint that the hub has after a failover, and had before one.
    """

    name: str
    host: str
    policies: dict[str, Policy]
    devices: Devices
    stream: EventStream
    standby: EventStream
    settings: HubSettings = field(default_factory=HubSettings)
    authorities: dict[str, bytes] = field(default_factory=dict)
    given: dict[str, Authority] = field(default_factory=dict)  # by name, those that are not verified among them

    def identity(self, device_id: str, module_id: str = "") -> Device | None:
        """The device of that id, or its module."""
        device = self.devices.get(device_id)
        return device if device is None or not module_id else device.modules.get(module_id)

    @property
    def namespaces(self) -> tuple[str, str]:
        """The hosts of the built-in endpoint, in lower case: the one that serves, and the one of the other region."""
        return self.stream.host.lower(), self.standby.host.lower()

    def endpoint(self, host: str) -> EventStream:
        """The built-in endpoint of that host, which is in lower case."""
        return self.standby if host == self.standby.host.lower() else self.stream

    def fail_over(self, now_ms: int) -> None:
        """Go on in the other region: under another endpoint, without the messages and the consumer groups of this.

        Source: the guide "IoT Hub high availability and disaster recovery".
        """
        fresh = {name: each.emptied() for name, each in self.stream.partitions.items()}
        self.stream, self.standby = self.standby.begun_anew(fresh, now_ms), self.stream.without_events()
        self.settings.failed_over = not self.settings.failed_over
        self.settings.version += 1

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
    """What IoT Hub adds to a message, but for the device's id and what the partition adds.

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


def generation_at(now: float) -> str:
    """What tells a device that is made now from an earlier one of the same id; `now` is in seconds since 1970."""
    return str(_DOTNET_EPOCH + int(now * 10_000_000))


def new_hub(name: str, devices: Devices, partitions: dict[str, Partition], now_ms: int) -> Hub:
    """A hub with the policies that Azure gives every hub, and a namespace of its own in each of its two regions."""
    stream, standby = _endpoint(name, partitions, now_ms), _endpoint(name, {}, now_ms).without_events()
    policies = {key: Policy(key, frozenset(rights), new_key(), new_key()) for key, rights in _POLICIES.items()}
    return Hub(name, f"{name}.{HUB_DOMAIN}", policies, devices, stream, standby)


def _endpoint(name: str, partitions: dict[str, Partition], now_ms: int) -> EventStream:
    part = f"{name[:10].rstrip('-')}-{secrets.randbelow(90_000_000) + 10_000_000}-{secrets.token_hex(5)}"
    return EventStream(f"iothub-ns-{part}.{NAMESPACE_DOMAIN}", f"iothub-ehub-{part}", partitions, created=now_ms)
