"""Both keys, or thumbprints, of a device or a module, read from the registry. They go nowhere but into Secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from azext_iotdiag.clients.failed import StepFailed
from azext_iotdiag.clients.hub import Hub
from azext_iotdiag.model.keys import RegistryKeys
from azext_iotdiag.model.target import Secret, Target

PATIENCE_SECONDS = 10.0


def measure(target: Target, device: str, now: Callable[[], float], module: str = "") -> RegistryKeys:
    """The credentials as the registry has them, which takes the right RegistryRead. `now`: seconds since 1970."""
    hub = Hub(target, now, patience=PATIENCE_SECONDS)
    try:
        return read(target.hub, device, module, hub.module(device, module) if module else hub.device(device))
    except StepFailed as failed:
        return RegistryKeys(target.hub, device, module, failure=failed.failure)
    finally:
        hub.close()


def read(hub: str, device: str, module: str, told: Mapping[str, Any]) -> RegistryKeys:
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
        str(told.get("etag") or ""),
    )


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _secret(value: Any) -> Secret | None:
    return Secret(value) if isinstance(value, str) and value else None
