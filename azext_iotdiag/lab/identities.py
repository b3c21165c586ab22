"""Who the lab's hub knows: its shared access policies and its devices, with keys that are random."""

from __future__ import annotations

import base64
import secrets
import zlib
from dataclasses import dataclass, field

from azext_iotdiag.lab.twins import Twin
from azext_iotdiag.model.target import Secret


@dataclass
class Policy:
    """A shared access policy and its keys (base64 text of 32 bytes)."""

    name: str
    rights: frozenset[str]
    primary: Secret
    secondary: Secret


@dataclass
class Device:
    """A device identity, its keys (base64 text of 32 bytes) and its twin. Times are in seconds since 1970, None: never.

    `authentication` is sas, selfSigned, certificateAuthority or none. `queued` is the number of cloud-to-device
    messages that wait. `edition` counts the writes to the identity.
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
    queued: int = 0
    edge: bool = False
    edition: int = 1

    @property
    def etag(self) -> str:
        """The etag of the identity, without quotation marks: base64 of some digits, as the hub's are."""
        digits = zlib.crc32(f"{self.device_id}\n{self.generation_id}\n{self.edition}".encode("utf-8", "surrogatepass"))
        return base64.b64encode(str(digits).encode()).decode("ascii")


def new_key() -> Secret:
    """A random key, as the hub makes them."""
    return Secret(base64.b64encode(secrets.token_bytes(32)).decode("ascii"))
