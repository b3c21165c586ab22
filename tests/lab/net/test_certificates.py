"""The lab's authority and what it issues, judged by the cryptography package's own verifier and by OpenSSL."""

from __future__ import annotations

import ssl
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from azext_iotdiag.lab.net.certificates import ADDRESSES, NAMES, make_authority


def verify(authority, leaf_pem, name):
    store = Store([x509.load_pem_x509_certificate(authority.pem)])
    verifier = PolicyBuilder().store(store).build_server_verifier(x509.DNSName(name))
    verifier.verify(x509.load_pem_x509_certificate(leaf_pem), [])


@pytest.mark.parametrize("name", ["hub.azure-devices.net", "ns-1.servicebus.windows.net", "localhost"])
def test_a_leaf_is_good_for_its_names(name):
    authority = make_authority("lab")
    leaf, key = authority.issue(("hub.azure-devices.net", *NAMES), ADDRESSES)
    verify(authority, leaf, name)
    assert isinstance(load_pem_private_key(key, None), ec.EllipticCurvePrivateKey)


@pytest.mark.parametrize("name", ["example.com", "a.b.azure-devices.net"])
def test_a_leaf_is_not_good_for_other_names(name):
    authority = make_authority("lab")
    leaf, _ = authority.issue(NAMES)
    with pytest.raises(VerificationError):
        verify(authority, leaf, name)


def test_a_leaf_is_not_good_for_another_authority():
    leaf, _ = make_authority("lab").issue(NAMES)
    with pytest.raises(VerificationError):
        verify(make_authority("lab"), leaf, "localhost")


def test_a_leaf_may_have_expired():
    authority = make_authority("lab")
    leaf, _ = authority.issue(NAMES, start=datetime.now(timezone.utc) - timedelta(days=9), days=3)
    with pytest.raises(VerificationError):
        verify(authority, leaf, "localhost")


def test_addresses_are_there():
    leaf, _ = make_authority("lab").issue(NAMES, ADDRESSES)
    names = x509.load_pem_x509_certificate(leaf).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert [str(address) for address in names.value.get_values_for_type(x509.IPAddress)] == list(ADDRESSES)


def test_openssl_takes_the_authority_strictly():
    context = ssl.create_default_context(cadata=make_authority("x" * 100).pem.decode())
    assert context.cert_store_stats()["x509_ca"] == 1


def test_no_key_shows_in_the_repr_and_no_name_is_an_error():
    authority = make_authority("lab")
    assert "_key" not in repr(authority)
    with pytest.raises(ValueError, match="host name"):
        authority.issue(())
