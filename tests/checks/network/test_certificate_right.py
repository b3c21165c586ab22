"""The check `certificate-right`."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.network.certificate_right import certificate_right
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.network import Handshake, HostKind, Protocol
from tests.checks.judging import findings, verdict
from tests.checks.reached import AZURE, LAB, ZSCALER, asked, certificate, failed, filtered, opened, untrusted

HTTPS = Protocol.HTTPS
SHOWN = Handshake(certificates=(certificate(),))


def test_what_is_healthy() -> None:
    assert verdict(certificate_right, network_asked=asked(HTTPS), ways=(opened(HTTPS),)) == ("pass", [])


def test_nothing_was_shown() -> None:
    assert verdict(certificate_right, network_asked=asked(HTTPS), ways=(filtered(HTTPS),)) == ("skip", [])


@pytest.mark.parametrize("handshake", [SHOWN, None])
@pytest.mark.parametrize(
    ("kind", "code", "says"),
    [
        (Kind.EXPIRED, "certificate-expired", "ended at 2026-12-31"),
        (Kind.NOT_YET_VALID, "certificate-not-yet-valid", "begins at 2026-01-01"),
        (Kind.WRONG_NAME, "certificate-for-another-name", "is for *.azure-devices.net"),
        (Kind.UNTRUSTED, "certificate-untrusted", "is issued by 'Microsoft Azure RSA TLS Issuing CA 04'"),
    ],
)
def test_a_wrong_certificate(kind: Kind, code: str, says: str, handshake: Handshake | None) -> None:
    """Also where the second look showed none."""
    ways = (failed(HTTPS, kind, "as OpenSSL says", handshake=handshake),)
    (found,) = findings(certificate_right, network_asked=asked(HTTPS), ways=ways)
    assert (found.entry.code, found.severity.value) == (code, "fail")
    assert says in found.message or (handshake is None and "as OpenSSL says" in found.message)


def test_a_list_of_roots_that_lacks_one() -> None:
    (found,) = findings(certificate_right, network_asked=asked(HTTPS), ways=(untrusted(HTTPS, AZURE, public=True),))
    assert found.entry.code == "certificate-untrusted"
    assert "the list of roots on the tested machine lacks one" in found.message


@pytest.mark.parametrize(
    ("issuer", "kind", "status"),
    [(ZSCALER, HostKind.HUB, "pass"), (ZSCALER, HostKind.UNKNOWN, "fail"), (LAB, HostKind.HUB, "fail")],
)
def test_an_interceptor_is_told_by_another_check(issuer: str, kind: HostKind, status: str) -> None:
    found = verdict(certificate_right, network_asked=asked(HTTPS, kind=kind), ways=(untrusted(HTTPS, issuer),))
    assert found[0] == status
