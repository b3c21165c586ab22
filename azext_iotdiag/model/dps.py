"""What a Device Provisioning Service says of a device: its enrollment, and what became of its registration."""

from __future__ import annotations

from dataclasses import dataclass

from azext_iotdiag.model.failure import Failure


@dataclass(frozen=True)
class Registration:
    """What became of a registration. `status` is unassigned, assigning, assigned, failed or disabled.

    `error_code` has six digits, 0 where there is none. `updated` is in milliseconds since 1970.
    """

    id: str
    status: str = ""
    substatus: str = ""
    hub: str = ""
    device: str = ""
    error_code: int = 0
    error_message: str = ""
    updated: int | None = None


@dataclass(frozen=True)
class Enrollment:
    """An individual enrollment or a group. `attestation` is symmetricKey, x509 or tpm."""

    id: str
    group: bool = False
    enabled: bool = True
    attestation: str = ""
    allocation: str = ""
    hubs: tuple[str, ...] = ()
    device: str = ""


@dataclass(frozen=True)
class DpsFacts:
    """What was asked for and found. `registration` and `enrollment` are None where the service has none, or where it
    could not be asked: then the failure says why. `expected` is False where a device of a hub was looked up by its id
    there alone, which may well come without any provisioning.
    """

    host: str
    id: str
    registration: Registration | None = None
    enrollment: Enrollment | None = None
    registration_failure: Failure | None = None
    enrollment_failure: Failure | None = None
    expected: bool = True
