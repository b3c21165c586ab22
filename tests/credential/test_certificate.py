"""A device's certificate is read from what people have."""

import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from azext_iotdiag.credential.certificate import MalformedCertificate, read


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
