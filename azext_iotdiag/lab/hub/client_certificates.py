"""Which device a client certificate stands for: by its thumbprint, or by an authority that the hub trusts.

https://learn.microsoft.com/azure/iot-hub/authenticate-authorize-x509
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from azext_iotdiag.lab.hub.identities import Device

LONGEST_CHAIN = 10  # certificates that are looked at


def why_not(device: Device, authorities: Mapping[str, bytes], chain: Sequence[x509.Certificate], now: float) -> str:
    """Why the certificates that a client showed, its own first, do not make it this device; empty if they do.

    `authorities` are PEM; `now` is in seconds since 1970.
    """
    if not chain:
        return "the device signs in by a certificate, and showed none"
    if device.authentication == "selfSigned":
        shown = thumbprints(chain[0])
        known = {thumbprint.lower().replace(":", "") for thumbprint in device.thumbprints if thumbprint}
        return "" if known & set(shown) else f"the certificate's thumbprint {shown[0]} is not one of the device's"
    return _why_not_issued(device.device_id, authorities, chain[:LONGEST_CHAIN], now)


def thumbprints(certificate: x509.Certificate) -> tuple[str, str]:
    """The certificate's SHA-1 and SHA-256 in hex; the hub takes either."""
    return certificate.fingerprint(hashes.SHA1()).hex(), certificate.fingerprint(hashes.SHA256()).hex()


def _why_not_issued(
    device_id: str, authorities: Mapping[str, bytes], chain: Sequence[x509.Certificate], now: float
) -> str:
    names = [str(entry.value) for entry in chain[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [device_id]:
        return f"the certificate's common name is {names[0] if names else ''!r}, not the device's id"
    for number, certificate in enumerate(chain):
        if not _valid(certificate, now):
            fault = "is not valid yet" if _begins_later(certificate, now) else "has expired"
            return f"certificate {number + 1} of the chain {fault}"
        if any(_issued(certificate, x509.load_pem_x509_certificate(pem), now) for pem in authorities.values()):
            return ""
        if number + 1 == len(chain) or not _issued(certificate, chain[number + 1], now):
            break
    return "no authority that the hub knows has issued the certificate"


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, now: float) -> bool:
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, ValueError, TypeError):  # the last two: another name, another key
        return False
    return constraints.ca and _valid(issuer, now)


def _valid(certificate: x509.Certificate, now: float) -> bool:
    moment = datetime.fromtimestamp(now, timezone.utc)
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc


def _begins_later(certificate: x509.Certificate, now: float) -> bool:
    return certificate.not_valid_before_utc > datetime.fromtimestamp(now, timezone.utc)
