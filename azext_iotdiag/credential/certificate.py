"""A device's certificate, read from PEM or DER text without judging it. The private key is not needed."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from azext_iotdiag.model.keys import DeviceCertificate


class MalformedCertificate(ValueError):
    """What was given holds no certificate."""


def read(data: bytes, source: str) -> DeviceCertificate:
    """The first certificate in `data`: the leaf, where a chain stands behind it. Raises MalformedCertificate."""
    try:
        pem = b"-----BEGIN CERTIFICATE" in data
        found = x509.load_pem_x509_certificates(data)[0] if pem else x509.load_der_x509_certificate(data)
    except ValueError:
        raise MalformedCertificate(f"{source} holds no certificate in PEM or DER") from None
    names = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return DeviceCertificate(
        source,
        str(names[0].value) if names else "",
        found.issuer.rfc4514_string(),
        found.fingerprint(hashes.SHA1()).hex().upper(),
        found.fingerprint(hashes.SHA256()).hex().upper(),
        found.not_valid_before_utc.timestamp(),
        found.not_valid_after_utc.timestamp(),
    )
