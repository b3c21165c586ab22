"""What a Device Provisioning Service of the lab holds: enrollments, registrations, linked hubs.

Plain data, for one thread.

https://learn.microsoft.com/azure/iot-dps/concepts-service
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub.authorities import Authority
from azext_iotdiag.lab.hub.identities import Policy, new_key
from azext_iotdiag.lab.monitor.metrics import Metrics
from azext_iotdiag.lab.tenant import network_rules
from azext_iotdiag.model.target import Secret

DOMAIN = "azure-devices-provisioning.net"
GLOBAL_HOST = f"global.{DOMAIN}"
SUFFIX = "-dps"
RIGHTS = (
    "ServiceConfig", "EnrollmentRead", "EnrollmentWrite", "DeviceConnect", "RegistrationStatusRead",
    "RegistrationStatusWrite",
)  # fmt: skip
SYMMETRIC_KEY, X509, TPM = "symmetricKey", "x509", "tpm"
ALLOCATIONS = ("hashed", "geoLatency", "static", "custom")
LARGEST = 10_000  # enrollments, groups and registrations; a service takes a million, a lab must stay small
PER_MINUTE = 1000  # operations, and registrations: https://learn.microsoft.com/azure/iot-dps/about-iot-dps


@dataclass
class Attestation:
    """How devices of an enrollment prove who they are: by keys, certificates (PEM) or a TPM's endorsement key.

    An individual enrollment has a device's own certificates, a group those of the authorities that sign its devices'.
    """

    type: str = SYMMETRIC_KEY
    primary: Secret = field(default_factory=new_key)
    secondary: Secret = field(default_factory=new_key)
    certificates: list[str] = field(default_factory=list)
    endorsement_key: str = ""


@dataclass
class Enrollment:
    """An individual enrollment, or (`group`) one for many devices; `id` is the registration's or the group's.

    `hubs` narrows the linked hubs down, `webhook` decides for the policy custom. Times are in seconds since 1970.
    """

    id: str
    group: bool = False
    attestation: Attestation = field(default_factory=Attestation)
    device_id: str = ""
    enabled: bool = True
    allocation: str = "hashed"
    hubs: list[str] = field(default_factory=list)
    webhook: str = ""
    webhook_version: str = ""
    initial_twin: dict[str, Any] = field(default_factory=dict)
    update_hub: bool = True
    migrate_data: bool = True
    edge: bool = False
    created: float = 0.0
    updated: float = 0.0
    edition: int = 1

    @property
    def etag(self) -> str:
        """Changes with every write."""
        return base64.b64encode(f"{self.edition:08x}-lab".encode()).decode("ascii")


@dataclass
class Registration:
    """What became of a device that registered: `status` is unassigned, assigning, assigned, failed or disabled."""

    id: str
    enrollment: Enrollment
    status: str = "assigning"
    substatus: str = ""
    hub: str = ""
    device_id: str = ""
    error_code: int = 0
    error_message: str = ""
    payload: Any = None
    created: float = 0.0
    updated: float = 0.0
    edition: int = 1

    @property
    def etag(self) -> str:
        """Changes with every registration."""
        return base64.b64encode(f"{self.edition:08x}-reg".encode()).decode("ascii")


@dataclass
class Operation:
    """A registration under way: not decided before `ready`, in seconds since 1970."""

    id: str
    registration: Registration
    ready: float
    asked: dict[str, Any] = field(default_factory=dict)
    certificate_thumbprint: str = ""


@dataclass
class LinkedHub:
    """A hub that devices may be assigned to, with the policy's key as it was when the hub was linked."""

    host: str
    policy: str
    key: Secret
    location: str = "westeurope"
    weight: int = 1
    takes_part: bool = True


@dataclass
class Dps:
    """A Device Provisioning Service. `per_minute` is how many operations, and how many registrations, it allows.

    `refused` are ids that an allocation turns away, as IoT Central does with devices that are blocked or wait for
    approval. `given` are the certificates of authorities by their names, which only the resource manager shows.
    """

    name: str
    host: str
    id_scope: str
    policies: dict[str, Policy]
    linked: list[LinkedHub] = field(default_factory=list)
    enrollments: dict[str, Enrollment] = field(default_factory=dict)
    groups: dict[str, Enrollment] = field(default_factory=dict)
    registrations: dict[str, Registration] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    network: dict[str, Any] = field(default_factory=lambda: {"publicNetworkAccess": "Enabled", "ipFilterRules": []})
    refused: set[str] = field(default_factory=set)
    per_minute: int = PER_MINUTE
    calls: dict[str, deque[float]] = field(default_factory=dict)
    metrics: Metrics = field(default_factory=Metrics)
    given: dict[str, Authority] = field(default_factory=dict)

    def find(self, registration_id: str) -> list[Enrollment]:
        """The enrollments that may be a device's: its own, or else all groups. Registration ids have no case."""
        own = self.enrollments.get(registration_id.lower())
        return [own] if own is not None else list(self.groups.values())

    def shut_to(self, peer: str, target: str) -> str:
        """Which network rule keeps a caller out; `target` is serviceApi or deviceApi. Empty where none does."""
        return network_rules.shut_to(self.network, peer, target=target)

    def throttled(self, what: str, now: float) -> bool:
        """Whether there were too many calls of a kind within the last minute; counts this one where there were not."""
        recent = self.calls.setdefault(what, deque())
        while recent and not now - 60 < recent[0] <= now:  # the clock may have gone back
            recent.popleft()
        if len(recent) >= self.per_minute:
            return True
        recent.append(now)
        return False


def derived(group_key: Secret, registration_id: str) -> Secret:
    """The key of a device in a group, made of the group's.

    https://learn.microsoft.com/azure/iot-dps/concepts-symmetric-key-attestation#group-enrollments
    """
    digest = hmac.new(sas.iothub_key(group_key.reveal()), registration_id.encode(), hashlib.sha256).digest()
    return Secret(base64.b64encode(digest).decode("ascii"))


def new_dps(name: str, hub: Any) -> Dps:
    """A service that is linked with the lab's hub, with an empty group for devices with keys, named like the lab."""
    policy = hub.policies["iothubowner"]
    owner = Policy("provisioningserviceowner", frozenset(RIGHTS), new_key(), new_key())
    made = Dps(
        name=name + SUFFIX,
        host=f"{name}{SUFFIX}.{DOMAIN}",
        id_scope=f"0ne{secrets.token_hex(4).upper()}",
        policies={owner.name: owner},
        linked=[LinkedHub(hub.host, policy.name, policy.primary)],
    )
    made.groups["devices"] = Enrollment("devices", group=True)
    return made


def operation_id() -> str:
    """An operation's id, in the form that the service gives it."""
    return f"5.{secrets.token_hex(8)}.{uuid.uuid4()}"
