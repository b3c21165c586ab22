"""How a device comes to a hub: whether it is who it says, which hub it gets, and how that hub learns of it.

The decisions of the Device Provisioning Service, without any protocol.
"""

from __future__ import annotations

import json
import uuid
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.dps.service import (
    LARGEST,
    SYMMETRIC_KEY,
    TPM,
    X509,
    Dps,
    Enrollment,
    Operation,
    Registration,
    derived,
    operation_id,
)
from azext_iotdiag.lab.hub import edge, twins
from azext_iotdiag.lab.hub.identities import Device
from azext_iotdiag.lab.hub.refusal import HubRefusal
from azext_iotdiag.lab.hub.twin import Twin
from azext_iotdiag.lab.monitor.definitions import ASSIGNMENTS, ATTESTATIONS, REGISTRATIONS
from azext_iotdiag.lab.net import not_played
from azext_iotdiag.lab.net.mistakes import WORDS
from azext_iotdiag.model.target import Secret

RETRY_SECONDS = 3  # what the service tells devices to wait before they ask again
ASSIGNING_SECONDS = 1.0
LARGEST_BODY = 96 * 1024
_LINK_RIGHTS = {"RegistryRead", "RegistryWrite", "ServiceConnect"}

Webhook = Callable[[str, dict[str, Any]], Awaitable[tuple[int, Any]]]


class DpsRefusal(Exception):
    """The service does not do what was asked. `code` has six digits, of which the first three are the HTTP status.

    `reason` is what the service keeps to itself: it is for the audit log.
    """

    def __init__(self, code: int, message: str, reason: str = ""):
        super().__init__(message)
        self.code = code
        self.reason = reason or message

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.code // 1000

    def body(self, time: str) -> dict[str, Any]:
        """The error as the service shows it."""
        tracking = str(uuid.uuid4())
        return {"errorCode": self.code, "trackingId": tracking, "message": str(self), "timestampUtc": time}


class WrongKey(DpsRefusal):
    """The token is signed with another key than that of the individual enrollment which the device has."""


def mistaken() -> DpsRefusal:
    """A mistake of the lab as a refusal of the service."""
    return DpsRefusal(500000, WORDS)


@dataclass(frozen=True)
class Proof:
    """What a device shows: the text of a token, or the certificates of the TLS handshake, its own first."""

    token: str = ""
    chain: tuple[x509.Certificate, ...] = ()


def attest(dps: Dps, id_scope: str, registration_id: str, proof: Proof, now: float, *, tpm: bool = False) -> Enrollment:
    """The enrollment that a device proved to belong to. Raises DpsRefusal.

    A device that is not enrolled, one with a wrong key and a wrong scope look the same from outside.
    """

    def refused(why: str, code: int = 401002) -> DpsRefusal:
        return DpsRefusal(code, "Unauthorized", why)

    if id_scope != dps.id_scope:
        raise refused(f"the id scope {id_scope!r} is none of this service")
    candidates = dps.find(registration_id)
    if tpm and not (candidates and not candidates[0].group and candidates[0].attestation.type == TPM):
        raise DpsRefusal(404201, "Enrollment not found.", "no individual enrollment with a TPM")
    if proof.token:
        return _by_token(dps, candidates, registration_id, proof.token, now)
    if proof.chain:
        return _by_certificate(candidates, registration_id, proof.chain, now)
    if tpm:
        raise DpsRefusal(not_played.STATUS * 1000, "The lab does not play TPM attestation.")
    raise refused("neither a token nor a certificate was shown", 401000)


def attested(protocol: str, id_scope: str) -> dict[str, str]:
    """The details of an audit record that is an attempt of a device to prove who it is."""
    return {"attested": id_scope, "protocol": protocol}


def count_refusal(services: Sequence[Dps], id_scope: str, now: float) -> None:
    """A device was refused when it connected, and so never asked to be registered."""
    for dps in services:
        if dps.id_scope == id_scope:
            dps.metrics.count(ATTESTATIONS, now)


def _by_token(dps: Dps, candidates: list[Enrollment], registration_id: str, text: str, now: float) -> Enrollment:
    def refused(why: str, code: int = 401002) -> DpsRefusal:
        return DpsRefusal(code, "Unauthorized", why)

    try:
        token = sas.read(text)
    except sas.MalformedToken as error:
        raise refused(f"no SAS token: {error}", 401000) from error
    if token.expires <= now:
        raise refused(f"the token expired {now - token.expires:.0f} s ago")
    wanted = f"{dps.id_scope}/registrations/{registration_id}"
    if token.resource.lower() != wanted.lower():
        raise refused(f"the token is for {token.resource}, not for {wanted}")
    with_keys = [each for each in candidates if each.attestation.type == SYMMETRIC_KEY]
    for each in with_keys:
        if any(sas.matches(token, sas.iothub_key(key.reveal())) for key in keys_of(each, registration_id)):
            return each
    if not with_keys:
        raise refused("no enrollment with keys is for this registration id")
    if not with_keys[0].group:
        raise WrongKey(401002, "Unauthorized", "the token is signed with another key")
    raise refused("the token is signed with another key")


def _by_certificate(
    candidates: list[Enrollment], registration_id: str, chain: tuple[x509.Certificate, ...], now: float
) -> Enrollment:
    def refused(why: str) -> DpsRefusal:
        return DpsRefusal(401002, "Unauthorized", why)

    certificate = chain[0]
    names = [str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if not names or names[0].lower() != registration_id.lower():
        raise refused(f"the certificate is for {repr(names[0]) if names else 'no name'}, not for {registration_id!r}")
    begins, ends = certificate.not_valid_before_utc.timestamp(), certificate.not_valid_after_utc.timestamp()
    if now < begins:
        raise refused("the certificate is not valid yet")
    if now >= ends:
        raise refused("the certificate has expired")
    for each in candidates:
        known = [x509.load_pem_x509_certificate(pem.encode()) for pem in each.attestation.certificates]
        if each.attestation.type == X509 and any(_vouches(other, chain, each.group) for other in known):
            return each
    raise refused("no enrollment knows the certificate or who signed it")


def _vouches(known: x509.Certificate, chain: tuple[x509.Certificate, ...], as_authority: bool) -> bool:
    """Whether it is the device's certificate, or that of an authority above it, perhaps by what was shown between."""
    if not as_authority:
        return known.fingerprint(hashes.SHA256()) == chain[0].fingerprint(hashes.SHA256())
    below = chain[0]
    for above in (*chain[1:], known):
        if _signed(below, known):
            return True
        if not _signed(below, above):
            return False
        below = above
    return False


def _signed(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def keys_of(enrollment: Enrollment, registration_id: str) -> tuple[Secret, Secret]:
    """The keys of a device of an enrollment: its own, or those made of its group's."""
    own = enrollment.attestation.primary, enrollment.attestation.secondary
    return tuple(derived(key, registration_id) for key in own) if enrollment.group else own  # type: ignore[return-value]


def begin(
    dps: Dps, enrollment: Enrollment, registration_id: str, asked: dict[str, Any], proof: Proof, now: float
) -> Operation:
    """Begin a registration; `decide` ends it. Raises DpsRefusal when there are too many."""
    if dps.throttled("registrations", now):
        raise DpsRefusal(429001, "Throttled", f"more than {dps.per_minute} registrations in a minute")
    dps.metrics.count(REGISTRATIONS, now)
    before = dps.registrations.get(registration_id.lower())
    registration = before or Registration(registration_id, enrollment, created=now)
    registration.enrollment, registration.status, registration.updated = enrollment, "assigning", now
    registration.edition += 1
    dps.registrations[registration_id.lower()] = registration
    thumbprint = proof.chain[0].fingerprint(hashes.SHA1()).hex().upper() if proof.chain else ""
    operation = Operation(operation_id(), registration, now + ASSIGNING_SECONDS, asked, thumbprint)
    dps.operations[operation.id] = operation
    for kept in (dps.operations, dps.registrations):
        while len(kept) > LARGEST:
            del kept[next(iter(kept))]  # type: ignore[attr-defined]
    return operation


async def decide(dps: Dps, operation: Operation, hubs: Sequence[Any], now: float, webhook: Webhook) -> Registration:
    """Where a device belongs, once its operation is ready; the result stands in the registration.

    `hubs` are all those of the lab.
    """
    registration = operation.registration
    if registration.status != "assigning" or now < operation.ready:
        return registration
    registration.updated = now
    enrollment = registration.enrollment
    if not enrollment.enabled:
        return _ended(registration, "disabled")
    if registration.id.lower() in dps.refused:
        return _ended(
            registration, "failed", 400209, "Custom allocation failed: the device is blocked or not approved."
        )
    try:
        host = await _choose(dps, operation, webhook)
        _assign(dps, operation, host, hubs, now)
    except DpsRefusal as refusal:
        return _ended(registration, "failed", refusal.code, str(refusal))
    return registration


def _ended(registration: Registration, status: str, code: int = 0, message: str = "") -> Registration:
    registration.status, registration.error_code, registration.error_message = status, code, message
    registration.substatus = registration.hub = registration.device_id = ""
    return registration


async def _choose(dps: Dps, operation: Operation, webhook: Webhook) -> str:
    """The host of the hub that the allocation policy picks."""
    registration = operation.registration
    enrollment = registration.enrollment
    if registration.hub and not enrollment.update_hub:
        return registration.hub
    hosts = [hub.host for hub in dps.linked if hub.takes_part and (not enrollment.hubs or hub.host in enrollment.hubs)]
    if enrollment.allocation == "custom":
        asked = {
            "deviceRuntimeContext": {"registrationId": registration.id, "payload": operation.asked.get("payload")},
            "linkedHubs": hosts,
        }
        status, answered = await webhook(enrollment.webhook, asked)
        host = answered.get("iotHubHostName") if isinstance(answered, dict) else None
        if not 200 <= status < 300 or host not in [hub.host for hub in dps.linked]:
            raise DpsRefusal(400207, f"Custom allocation failed with status code: {status}")
        if isinstance(answered.get("initialTwin"), dict):
            enrollment.initial_twin = answered["initialTwin"]
        registration.payload = answered.get("payload")
        return host
    if enrollment.allocation == "static" and enrollment.hubs:
        return enrollment.hubs[0]
    weighed = [hub.host for hub in dps.linked if hub.host in hosts for _ in range(hub.weight)]
    if not weighed:
        raise DpsRefusal(400004, "No linked IoT hub takes part in the allocation.")
    return weighed[zlib.crc32(registration.id.lower().encode()) % len(weighed)]


def _assign(dps: Dps, operation: Operation, host: str, hubs: Sequence[Any], now: float) -> None:
    """Make the device known to its hub, with the key that the service has of that hub."""
    registration, enrollment = operation.registration, operation.registration.enrollment
    link = next((each for each in dps.linked if each.host == host), None)
    hub = next((each for each in hubs if each.host == host.lower()), None)
    policy = hub.policies.get(link.policy) if link is not None and hub is not None else None
    rightful = policy is not None and link.key in (policy.primary, policy.secondary) and policy.rights >= _LINK_RIGHTS
    if hub is None or not rightful or not hub.settings.local_auth:
        told = {"Message": "ErrorCode:IotHubUnauthorizedAccess;Unauthorized",
                "ExceptionMessage": f"Tracking ID:{uuid.uuid4().hex}-G:0"}  # fmt: skip
        raise DpsRefusal(401002, json.dumps(told))
    device_id = enrollment.device_id or registration.id
    known = hub.devices.get(device_id)
    primary, secondary = keys_of(enrollment, registration.id)
    device = known or Device(device_id, primary, secondary, generation_id=str(int(now * 10_000_000)))
    device.primary, device.secondary = primary, secondary
    device.edge = enrollment.edge
    edge.settle(device, device.parents)
    if enrollment.attestation.type == X509:
        device.authentication, device.thumbprints = "selfSigned", (operation.certificate_thumbprint,) * 2
    first = known is None or not registration.hub
    if first or not enrollment.migrate_data:
        device.twin = _initial(enrollment, now)
    hub.devices[device_id] = device
    registration.status, registration.hub, registration.device_id = "assigned", host, device_id
    dps.metrics.count(ASSIGNMENTS, now)
    registration.error_code, registration.error_message = 0, ""
    registration.substatus = "initialAssignment" if first or enrollment.migrate_data else "deviceDataReset"


def _initial(enrollment: Enrollment, now: float) -> Twin:
    twin = Twin()
    try:
        if enrollment.initial_twin:
            twins.update(twin, enrollment.initial_twin, now)
    except HubRefusal as refusal:
        raise DpsRefusal(400004, f"The initial twin is refused: {refusal}") from refusal
    return twin
