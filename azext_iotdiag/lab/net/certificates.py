"""The lab's certificate authority and what it issues. Its key leaves the memory only where a lab keeps it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAYS = 365
NAMES = ("*.servicebus.windows.net", "*.azure-devices.net", "*.blob.core.windows.net", "localhost")
ADDRESSES = ("127.0.0.1", "127.0.0.2", "127.0.0.3", "::1")
_BACKDATED = timedelta(days=1)  # a clock that is a little slow must not be the lab's first finding
_LONGEST_COMMON_NAME = 64  # X.520, ub-common-name


@dataclass(frozen=True)
class Authority:
    """A certificate authority; `pem` is its certificate."""

    pem: bytes
    _certificate: x509.Certificate = field(repr=False)
    _key: ec.EllipticCurvePrivateKey = field(repr=False)

    def issue(
        self, names: Iterable[str], addresses: Iterable[str] = (), *, start: datetime | None = None, days: int = DAYS
    ) -> tuple[bytes, bytes]:
        """A server certificate for these host names and IP addresses, and its key, both PEM.

        It is valid for `days` from `start` (a little before now where none is given). Raises ValueError for no names.
        """
        hosts = list(dict.fromkeys(names))
        if not hosts:
            raise ValueError("a server certificate needs a host name")
        alternatives = [
            *(x509.DNSName(name) for name in hosts),
            *(x509.IPAddress(ipaddress.ip_address(address)) for address in addresses),
        ]
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _leaf(hosts[0], key.public_key(), ExtendedKeyUsageOID.SERVER_AUTH, start, days)
        return self._sign(builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False), key)

    def issue_device(self, device_id: str, *, start: datetime | None = None, days: int = DAYS) -> tuple[bytes, bytes]:
        """A client certificate for a device, which is its common name, and its key, both PEM; validity as above."""
        key = ec.generate_private_key(ec.SECP256R1())
        return self._sign(_leaf(device_id, key.public_key(), ExtendedKeyUsageOID.CLIENT_AUTH, start, days), key)

    def export(self) -> tuple[str, str]:
        """The certificate and the key as PEM text, which `restore` makes an authority of."""
        return self.pem.decode("ascii"), _key_pem(self._key).decode("ascii")

    def issue_authority(self, name: str) -> Authority:
        """An authority that this one vouches for."""
        return _authority(name, DAYS, 0, self)

    def _sign(self, builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> tuple[bytes, bytes]:
        return _pem(self.certify(builder)), _key_pem(key)

    def certify(self, builder: x509.CertificateBuilder) -> x509.Certificate:
        """Sign what is to be a certificate."""
        own = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.issuer_name(self._certificate.subject).add_extension(own, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def make_authority(name: str, *, days: int = DAYS, path_length: int = 0) -> Authority:
    """A new authority of that common name, valid from a little before now for `days`.

    Below it may be `path_length` more authorities before a certificate that is none.
    """
    return _authority(name, days, path_length, None)


def restore(pem: str, key_pem: str) -> Authority:
    """The authority that was exported so. Raises ValueError."""
    certificate = x509.load_pem_x509_certificate(pem.encode())
    key = serialization.load_pem_private_key(key_pem.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise ValueError("the key is not that of the authority's certificate")
    return Authority(pem.encode(), certificate, key)


def self_signed(device_id: str, *, days: int = DAYS) -> tuple[bytes, bytes]:
    """A device's certificate without an authority, and its key, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _leaf(device_id, key.public_key(), ExtendedKeyUsageOID.CLIENT_AUTH, None, days)
    return _pem(builder.issuer_name(_name(device_id)).sign(key, hashes.SHA256())), _key_pem(key)


def load(pem: bytes) -> list[x509.Certificate]:
    """The certificates in PEM text. Raises ValueError."""
    return x509.load_pem_x509_certificates(pem)


def _authority(name: str, days: int, path_length: int, above: Authority | None) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    start = datetime.now(timezone.utc) - _BACKDATED
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + _BACKDATED + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    certificate = above.certify(builder) if above else builder.issuer_name(_name(name)).sign(key, hashes.SHA256())
    return Authority(_pem(certificate), certificate, key)


def _leaf(
    name: str, key: ec.EllipticCurvePublicKey, purpose: x509.ObjectIdentifier, start: datetime | None, days: int
) -> x509.CertificateBuilder:
    """All of a certificate but who issues it."""
    start = start or datetime.now(timezone.utc) - _BACKDATED
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:_LONGEST_COMMON_NAME])])


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
