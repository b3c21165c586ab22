"""The certificate authorities that a hub is given, and the proof that their owner gave them.

https://learn.microsoft.com/azure/iot-hub/reference-x509-certificates and
.../iot-hub/tutorial-x509-test-certs#verify-your-root-certificate
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

MOST = 25  # of a hub


@dataclass
class Authority:
    """A certificate that a hub was given, as PEM. Only a verified one lets devices in.

    `code` is what its owner must have signed to verify it, where it was asked for. Times are in seconds since 1970.
    """

    pem: bytes
    verified: bool
    created: float
    updated: float
    code: str = ""
    edition: int = 1

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate."""
        return x509.load_pem_x509_certificate(self.pem)

    @property
    def etag(self) -> str:
        """Changes with every change."""
        return base64.b64encode(f"ca{self.edition:04d}{self.updated:.0f}".encode()).decode("ascii")


def read(given: Any) -> bytes:
    """The certificate that base64 of PEM or DER holds, as PEM. Raises ValueError."""
    try:
        data = base64.b64decode(given, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise ValueError("the certificate is not base64") from None
    try:
        pem = b"-----BEGIN CERTIFICATE-----" in data
        found = x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
    except ValueError:
        raise ValueError("the certificate cannot be read") from None
    return found.public_bytes(serialization.Encoding.PEM)


def why_no_authority(pem: bytes) -> str:
    """Why a certificate is none of an authority; empty where it is one."""
    certificate = x509.load_pem_x509_certificate(pem)
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return "the certificate has no basic constraints, so it is none of an authority"
    return "" if constraints.ca else "the certificate is none of an authority"


def new_code() -> str:
    """What an owner is asked to sign."""
    return secrets.token_hex(24).upper()


def why_not_verified(authority: Authority, proof: bytes) -> str:
    """Why a certificate does not prove that an authority's owner has its key; empty where it does."""
    shown = x509.load_pem_x509_certificate(proof)
    names = [str(each.value) for each in shown.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if not authority.code:
        return "no verification code was asked for"
    if names != [authority.code]:
        return "the common name of the certificate is not the verification code"
    try:
        shown.verify_directly_issued_by(authority.certificate)
    except (InvalidSignature, ValueError, TypeError):
        return "the certificate is not issued by the authority"
    return ""
