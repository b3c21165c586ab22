"""What an IoT Central application says of its devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from azext_iotdiag.model.failure import Failure


@dataclass(frozen=True)
class CentralProof:
    """How a device proves who it is.

    `kind` is symmetricKey, x509 or tpm. `individual` tells whether the device has an enrollment of its own, or comes by
    a group; None where the application did not say. `thumbprints` are the SHA-1 ones of both certificates, empty where
    there are none. No key is in it.
    """

    kind: str = ""
    individual: bool | None = None
    id_scope: str = ""
    thumbprints: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class CentralDevice:
    """A device as its application shows it; `known` is False where the application has no such device."""

    app: str
    device: str
    known: bool = True
    provisioned: bool = False
    enabled: bool = False
    template: str = ""
    name: str = ""
    simulated: bool = False


@dataclass(frozen=True)
class CentralFleet:
    """Counts of an application's devices, by the two things that make a status and by template.

    `examples` are some of those that cannot connect or have no template, by status.
    """

    app: str
    total: int = 0
    states: Mapping[tuple[bool, bool], int] = field(default_factory=dict)
    templates: Mapping[str, int] = field(default_factory=dict)
    examples: Mapping[tuple[bool, bool], tuple[str, ...]] = field(default_factory=dict)
    without_template: tuple[str, ...] = ()
    calls: int = 0
    failure: Failure | None = None


@dataclass(frozen=True)
class CentralReached:
    """An application that showed the first page of its devices, and how many that holds."""

    app: str
    devices: int
