"""Enrollments as the Device Provisioning Service's REST API writes them: shown, and read and judged."""

from __future__ import annotations

import re
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.audit.log import iso
from azext_iotdiag.lab.dps.provisioning import DpsRefusal
from azext_iotdiag.lab.dps.service import ALLOCATIONS, SYMMETRIC_KEY, TPM, X509, Attestation, Enrollment
from azext_iotdiag.lab.hub.identities import new_key
from azext_iotdiag.lab.net import bindings
from azext_iotdiag.model.target import Secret

# https://learn.microsoft.com/azure/iot-dps/concepts-service#registration-id
_ID = re.compile(r"[A-Za-z0-9\-._:]{0,127}[A-Za-z0-9\-]")


def shown(enrollment: Enrollment, *, with_keys: bool = False) -> dict[str, Any]:
    """An enrollment, its keys only where they were just set."""
    name = "enrollmentGroupId" if enrollment.group else "registrationId"
    told: dict[str, Any] = {
        name: enrollment.id,
        "attestation": attestation(enrollment.attestation, with_keys=with_keys),
        "capabilities": {"iotEdge": enrollment.edge},
        "provisioningStatus": "enabled" if enrollment.enabled else "disabled",
        "reprovisionPolicy": {
            "updateHubAssignment": enrollment.update_hub,
            "migrateDeviceData": enrollment.migrate_data,
        },
        "allocationPolicy": enrollment.allocation,
        "etag": f'"{enrollment.etag}"',
        "createdDateTimeUtc": iso(enrollment.created),
        "lastUpdatedDateTimeUtc": iso(enrollment.updated),
    }
    if not enrollment.group:
        told["deviceId"] = enrollment.device_id or enrollment.id
    if enrollment.hubs:
        told["iotHubs"] = enrollment.hubs
    if enrollment.webhook:
        told["customAllocationDefinition"] = {
            "webhookUrl": enrollment.webhook,
            "apiVersion": enrollment.webhook_version,
        }
    if enrollment.initial_twin:
        told["initialTwin"] = enrollment.initial_twin
    return told


def attestation(mechanism: Attestation, *, with_keys: bool) -> dict[str, Any]:
    """How an enrollment's devices prove who they are."""
    told: dict[str, Any] = {"type": mechanism.type}
    if mechanism.type == SYMMETRIC_KEY and with_keys:
        keys = {"primaryKey": mechanism.primary.reveal(), "secondaryKey": mechanism.secondary.reveal()}
        told["symmetricKey"] = keys
    if mechanism.type == TPM:
        told["tpm"] = {"endorsementKey": mechanism.endorsement_key}
    if mechanism.type == X509:
        names = ("primary", "secondary")
        told["x509"] = {
            "clientCertificates": {
                name: _certificate(pem) for name, pem in zip(names, mechanism.certificates, strict=False)
            }
        }
    return told


def _certificate(pem: str) -> dict[str, Any]:
    made = x509.load_pem_x509_certificate(pem.encode())
    return {
        "info": {
            "subjectName": made.subject.rfc4514_string(),
            "sha1Thumbprint": made.fingerprint(hashes.SHA1()).hex().upper(),
            "sha256Thumbprint": made.fingerprint(hashes.SHA256()).hex().upper(),
            "issuerName": made.issuer.rfc4514_string(),
            "notBeforeUtc": iso(made.not_valid_before_utc.timestamp()),
            "notAfterUtc": iso(made.not_valid_after_utc.timestamp()),
            "serialNumber": f"{made.serial_number:X}",
            "version": 3,
        }
    }


def read(data: dict[str, Any], name: str, group: bool, before: Enrollment | None, now: float) -> Enrollment:
    """The enrollment that a client sends. Raises DpsRefusal with 400004, which names what is wrong."""
    if not _ID.fullmatch(name):
        raise _wrong(f"'{name}' cannot be an id.")
    if str(data.get("enrollmentGroupId" if group else "registrationId", "")).lower() != name.lower():
        raise _wrong("The id of the body is not that of the path.")
    allocation, status = data.get("allocationPolicy") or "hashed", data.get("provisioningStatus") or "enabled"
    if allocation not in ALLOCATIONS:
        raise _wrong(f"allocationPolicy is none of {', '.join(ALLOCATIONS)}.")
    custom = _object(data, "customAllocationDefinition")
    if allocation == "custom" and not custom.get("webhookUrl"):
        raise _wrong("allocationPolicy custom needs a customAllocationDefinition with a webhookUrl.")
    if status not in ("enabled", "disabled"):
        raise _wrong("provisioningStatus is enabled or disabled.")
    hubs, policy = data.get("iotHubs") or [], _object(data, "reprovisionPolicy")
    if data.get("iotHubHostName"):
        hubs, allocation = [data["iotHubHostName"]], "static"
    if not isinstance(hubs, list):
        raise _wrong("iotHubs is an array.")
    return Enrollment(
        name,
        group,
        _read_attestation(_object(data, "attestation"), group, before),
        device_id=str(data.get("deviceId") or ""),
        enabled=status == "enabled",
        allocation=allocation,
        hubs=[str(hub) for hub in hubs],
        webhook=str(custom.get("webhookUrl") or ""),
        webhook_version=str(custom.get("apiVersion") or ""),
        initial_twin=_object(data, "initialTwin"),
        update_hub=_truth(policy, "updateHubAssignment", usual=True),
        migrate_data=_truth(policy, "migrateDeviceData", usual=True),
        edge=_truth(_object(data, "capabilities"), "iotEdge", usual=False),
        created=before.created if before else now,
        updated=now,
        edition=before.edition + 1 if before else 1,
    )


def _wrong(what: str) -> DpsRefusal:
    return DpsRefusal(400004, what)


def _object(data: dict[str, Any], name: str) -> dict[str, Any]:
    """A part of a body that is an object, empty where it is missing."""
    value = data.get(name) or {}
    if not isinstance(value, dict):
        raise _wrong(f"{name} is an object.")
    return value


def _truth(data: dict[str, Any], name: str, *, usual: bool) -> bool:
    try:
        found = bindings.truth(data.get(name), name)
    except ValueError as wrong:
        raise _wrong(f"{wrong}.") from None
    return usual if found is None else found


def _read_attestation(data: dict[str, Any], group: bool, before: Enrollment | None) -> Attestation:
    kind = data.get("type")
    if kind not in (SYMMETRIC_KEY, X509, TPM) or (group and kind == TPM):
        raise _wrong("attestation.type is symmetricKey, x509 or, for an individual enrollment, tpm.")
    if kind == TPM:
        key = _object(data, "tpm").get("endorsementKey")
        if not key:
            raise _wrong("attestation.tpm.endorsementKey is missing.")
        return Attestation(TPM, endorsement_key=str(key))
    if kind == X509:
        return Attestation(X509, certificates=_read_certificates(_object(data, "x509")))
    keys = _object(data, "symmetricKey")
    old = before.attestation if before and before.attestation.type == SYMMETRIC_KEY else None
    return Attestation(
        SYMMETRIC_KEY,
        _read_key(keys.get("primaryKey"), old.primary if old else None),
        _read_key(keys.get("secondaryKey"), old.secondary if old else None),
    )


def _read_key(text: Any, before: Secret | None) -> Secret:
    if not text:
        return before or new_key()
    try:
        sas.iothub_key(str(text))
    except sas.MalformedKey as error:
        raise _wrong(f"attestation.symmetricKey: {error}.") from error
    return Secret(str(text))


def _read_certificates(data: dict[str, Any]) -> list[str]:
    given = _object(data, "clientCertificates") or _object(data, "signingCertificates")
    texts = [str(_object(given, name).get("certificate") or "") for name in ("primary", "secondary")]
    pems = [
        text if "BEGIN" in text else f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----"
        for text in texts
        if text
    ]
    try:
        for pem in pems:
            x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise _wrong("attestation.x509 holds what is no certificate.") from error
    if not pems:
        raise _wrong("attestation.x509 holds no certificate.")
    return pems
