"""How a device proves who it is, as its IoT Central application shows it. The keys in the answers go nowhere."""

from __future__ import annotations

from azext_iotdiag.model.central import CentralProof
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import Kind, StepFailed
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.readings import part


def measure(context: Context, end: float, facts: Facts) -> CentralProof:
    """The kind of the device's credential, and where it comes from. Raises StepFailed."""
    device = context.device(facts)
    central = context.ask_central(end)
    try:
        told = central.credentials(device)
        kind = next((name for name in ("symmetricKey", "x509", "tpm") if name in told), "")
        individual: bool | None = None
        try:
            own = central.attestation(device)
            individual, kind, told = True, str(own.get("type") or kind), {**told, **own}
        except StepFailed as failed:
            individual = False if failed.failure.kind is Kind.MISSING else None
    finally:
        central.close()
    certificates = part(part(told, "x509"), "clientCertificates")
    primary, secondary = (
        str(part(part(certificates, name), "info").get("sha1Thumbprint") or "") for name in ("primary", "secondary")
    )
    return CentralProof(kind, individual, str(told.get("idScope") or ""), (primary, secondary))
