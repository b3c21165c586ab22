"""What a hub's registry says of how a device or a module proves itself."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.failure import Failure
from azext_iotdiag.model.target import Secret


@dataclass(frozen=True)
class RegistryKeys:
    """A device's or module's credentials in its hub, or why they could not be read.

    `authentication` is sas, selfSigned, certificateAuthority or none. `thumbprints` are in hexadecimal digits, primary
    and secondary, empty where there is none. `etag` is that of the identity, without quotation marks.
    """

    hub: str
    device: str
    module: str = ""
    authentication: str = ""
    primary: Secret | None = None
    secondary: Secret | None = None
    thumbprints: tuple[str, str] = ("", "")
    status: str = ""
    etag: str = ""
    failure: Failure | None = None
