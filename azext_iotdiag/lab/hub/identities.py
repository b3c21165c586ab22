"""Who the lab's hub knows: its shared access policies, its devices and their modules, with keys that are random."""

from __future__ import annotations

import base64
import secrets
import zlib
from dataclasses import dataclass, field

from azext_iotdiag.lab.hub.queue import Queue
from azext_iotdiag.lab.hub.twin import Twin
from azext_iotdiag.model.target import Secret

LONGEST_SDK = 256  # characters that are kept of what a client calls itself


@dataclass
class Policy:
    """A shared access policy and its keys (base64 text of 32 bytes)."""

    name: str
    rights: frozenset[str]
    primary: Secret
    secondary: Secret


@dataclass
class Device:
    """A device's identity or, where `module_id` is not empty, a module's: its keys (base64 text of 32 bytes), its twin.

    Times are in seconds since 1970, None: never. `authentication` is sas, selfSigned, certificateAuthority or none;
    `thumbprints` are SHA-1 or SHA-256 in hex. `messages` are those from the cloud that wait for the device. `edition`
    counts the writes to the identity. `modules` go by their ids. `configurations` are the automatic ones that apply.
    `scope` is the one that an Edge device opens, `parents` are those that a device is in.
    `sdk` is what the device's client called itself when it last connected, such as azure-iot-device/1.18.4.
    """

    device_id: str
    primary: Secret
    secondary: Secret
    status: str = "enabled"
    generation_id: str = ""
    model_id: str = ""
    connected: bool = False
    last_activity: float | None = None
    twin: Twin = field(default_factory=Twin)
    status_reason: str = ""
    status_updated: float | None = None
    connection_updated: float | None = None
    authentication: str = "sas"
    thumbprints: tuple[str, str] = ("", "")
    messages: Queue = field(default_factory=Queue)
    edge: bool = False
    edition: int = 1
    module_id: str = ""
    modules: dict[str, Device] = field(default_factory=dict)
    configurations: tuple[str, ...] = ()
    sdk: str = ""
    scope: str = ""
    parents: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a session of this identity goes by: the device's id, or that and the module's with a slash between."""
        return f"{self.device_id}/{self.module_id}" if self.module_id else self.device_id

    @property
    def path(self) -> str:
        """Where the identity stands below the hub's host, as tokens and addresses name it."""
        return f"devices/{self.device_id}" + (f"/modules/{self.module_id}" if self.module_id else "")

    @property
    def queued(self) -> int:
        """How many messages from the cloud wait for the device."""
        return len(self.messages.waiting)

    @property
    def etag(self) -> str:
        """The etag of the identity, without quotation marks: base64 of some digits, as the hub's are."""
        digits = zlib.crc32(f"{self.name}\n{self.generation_id}\n{self.edition}".encode("utf-8", "surrogatepass"))
        return base64.b64encode(str(digits).encode()).decode("ascii")


def new_key() -> Secret:
    """A random key, as the hub makes them."""
    return Secret(base64.b64encode(secrets.token_bytes(32)).decode("ascii"))
