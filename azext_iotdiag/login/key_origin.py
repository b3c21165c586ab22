"""Whether a provisioning service made the keys of a device: from its own enrollment, or derived from a group's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from azext_iotdiag.clients.answers import part
from azext_iotdiag.clients.dps import Dps
from azext_iotdiag.credential import key_match
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.model.keys import KeyOrigin, RegistryKeys
from azext_iotdiag.model.target import Secret, Target

SYMMETRIC = "symmetricKey"


def find(target: Target, known: RegistryKeys, now: Callable[[], float]) -> KeyOrigin:
    """The enrollment or the group that has the device's keys, or makes them. Takes EnrollmentRead.

    An enrollment of its own is looked for under the device's id, as nearly all have it. Each symmetric group takes a
    request. Raises StepFailed.
    """
    service = Dps(target, now)
    try:
        return _own(service, known) or _group(service, known) or KeyOrigin()
    finally:
        service.close()


def _own(service: Dps, known: RegistryKeys) -> KeyOrigin | None:
    try:
        found = service.enrollment(known.device)
    except StepFailed as failed:
        if failed.failure.kind is Kind.MISSING:
            return None
        raise
    if not _is_symmetric(found):
        return None
    held = {key.reveal() for key in (known.primary, known.secondary) if key is not None}
    id_ = str(found.get("registrationId") or known.device)
    same = any(key.reveal() in held for key in _keys(service.attestation(id_, group=False)))
    return KeyOrigin(id_) if same else None


def _group(service: Dps, known: RegistryKeys) -> KeyOrigin | None:
    for page in service.groups():
        for group in page:
            id_ = group.get("enrollmentGroupId")
            if not isinstance(id_, str) or not _is_symmetric(group):
                continue
            if any(key_match.is_derived(known, key) for key in _keys(service.attestation(id_, group=True))):
                return KeyOrigin(id_, group=True)
    return None


def _is_symmetric(enrollment: Mapping[str, Any]) -> bool:
    return part(enrollment, "attestation").get("type") == SYMMETRIC


def _keys(told: Mapping[str, Any]) -> list[Secret]:
    values = part(told, SYMMETRIC)
    return [Secret(key) for name in ("primaryKey", "secondaryKey") if isinstance(key := values.get(name), str) and key]
