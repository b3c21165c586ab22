"""Both keys, or thumbprints, of a device, a module or an enrollment, read from where they are kept, and written there.

They go nowhere but into Secrets. Everything may raise StepFailed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from azext_iotdiag.clients.deadlines import usual
from azext_iotdiag.clients.dps import Dps
from azext_iotdiag.clients.hub import Hub
from azext_iotdiag.model.failure import StepFailed
from azext_iotdiag.model.keys import EnrollmentKeys, RegistryKeys
from azext_iotdiag.model.target import Secret, Target


def read(target: Target, device: str, now: Callable[[], float], module: str = "") -> RegistryKeys:
    """The credentials as the registry has them, which takes the right RegistryRead. `now`: seconds since 1970."""
    hub = Hub(target, now, patience=usual().patience)
    try:
        return of_identity(target.hub, device, module, hub.module(device, module) if module else hub.device(device))
    finally:
        hub.close()


def of_identity(hub: str, device: str, module: str, told: Mapping[str, Any]) -> RegistryKeys:
    """The credentials in an identity, as a registry writes it."""
    proof = _part(told, "authentication")
    keys, prints = _part(proof, "symmetricKey"), _part(proof, "x509Thumbprint")
    return RegistryKeys(
        hub,
        device,
        module,
        str(proof.get("type") or "sas"),
        _secret(keys.get("primaryKey")),
        _secret(keys.get("secondaryKey")),
        (str(prints.get("primaryThumbprint") or ""), str(prints.get("secondaryThumbprint") or "")),
        str(told.get("status") or ""),
        told.get("connectionState") == "Connected",
        str(told.get("etag") or ""),
    )


def of_enrollment(target: Target, id_: str, group: bool, now: Callable[[], float]) -> EnrollmentKeys:
    """The keys of an individual enrollment, or of a group. `now`: seconds since 1970. As for `Dps.attestation`."""
    service = Dps(target, now, patience=usual().patience)
    try:
        told = service.attestation(id_, group=group)
    finally:
        service.close()
    keys = _part(told, "symmetricKey")
    return EnrollmentKeys(
        str(told.get("type") or ""), _secret(keys.get("primaryKey")), _secret(keys.get("secondaryKey"))
    )


class Changed(Exception):
    """The identity was changed since it was read; nothing was written."""


def write(
    target: Target, read_before: RegistryKeys, primary: Secret, secondary: Secret, now: Callable[[], float]
) -> None:
    """Put these keys in the place of those that were read, and change nothing else. Needs RegistryWrite.

    Raises Changed or StepFailed. An identity that was changed since it was read is left alone.
    """
    device, module = read_before.device, read_before.module
    hub = Hub(target, now, patience=usual().patience)
    try:
        told = hub.module(device, module) if module else hub.device(device)
        proof = told.get("authentication")
        if str(told.get("etag") or "") != read_before.etag or not isinstance(proof, dict):
            raise Changed
        proof["symmetricKey"] = {"primaryKey": primary.reveal(), "secondaryKey": secondary.reveal()}
        try:
            hub.replace_identity(device, module, told, read_before.etag)
        except StepFailed as failed:
            if not failed.failure.condition.startswith(("412", "PreconditionFailed", "http:412")):
                raise
            # An answer that was lost is asked for again, and then meets what the first request wrote.
            told = hub.module(device, module) if module else hub.device(device)
            present = of_identity(target.hub, device, module, told)
            if (present.primary, present.secondary) != (primary, secondary):
                raise Changed from None
    finally:
        hub.close()


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _secret(value: Any) -> Secret | None:
    return Secret(value) if isinstance(value, str) and value else None
