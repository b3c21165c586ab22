"""The gateway that a device's string names, as far as it shows itself to this machine."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.certificate import Certificate


@dataclass(frozen=True)
class Gateway:
    """The certificates that a gateway sent on a port, its own first; none where it was not reached from here."""

    host: str
    port: int = 0
    certificates: tuple[Certificate, ...] = ()
