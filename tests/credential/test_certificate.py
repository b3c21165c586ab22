"""A device's certificate is read from what people have."""

import hashlib
import subprocess
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from azext_iotdiag.credential.certificate import MalformedCertificate, read
from azext_iotdiag.model.keys import DeviceCertificate

BEGINS = datetime(2026, 1, 1, tzinfo=timezone.utc)


def make_pem(name: str, days: int = 30) -> bytes:
    """A self-signed certificate of that name, by a program that is not ours."""
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
         "/dev/null", "-subj", f"/CN={name}", "-days", str(days)],
        capture_output=True, check=True, timeout=30,
    )  # fmt: skip
    return done.stdout


def test_pem_der_and_chains() -> None:
    pem = make_pem("pump-7")
    loaded = x509.load_pem_x509_certificate(pem)
    found = read(pem + make_pem("ca"), "d.pem")
    assert (found.common_name, found.source, len(found.sha1), len(found.sha256)) == ("pump-7", "d.pem", 40, 64)
    assert found == read(loaded.public_bytes(Encoding.DER), "d.pem")
    assert 29 < (found.not_after - found.not_before) / 86_400 < 31


def test_no_certificate() -> None:
    for data in (b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(MalformedCertificate):
            read(data, "d.pem")


def made(*names: str, days: int = 30) -> x509.Certificate:
    """A certificate with these common names, made in this process."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])
    issuer = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Contoso")])
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), 7, BEGINS, BEGINS + timedelta(days=days))
    return builder.sign(key, hashes.SHA256())


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
def test_what_a_certificate_shows(encoding: Encoding) -> None:
    certificate = made("pump-7")
    data = certificate.public_bytes(encoding)
    assert read(data, "d.pem") == DeviceCertificate(
        "d.pem", "pump-7", "O=Contoso", hashlib.sha1(certificate.public_bytes(Encoding.DER)).hexdigest().upper(),
        hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest().upper(), BEGINS.timestamp(),
        BEGINS.timestamp() + 30 * 86_400,
    )  # fmt: skip


def test_of_a_chain_the_first_counts() -> None:
    chain = b"".join(made(name).public_bytes(Encoding.PEM) for name in ("leaf", "ca"))
    assert read(chain, "d.pem").common_name == "leaf"


def test_a_certificate_may_have_no_name() -> None:
    assert read(made().public_bytes(Encoding.DER), "d.pem").common_name == ""
