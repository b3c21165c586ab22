"""The check `tls-1-2-offered`."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.network.tls_1_2_offered import tls_1_2_offered
from azext_iotdiag.model.network import TlsVersions
from tests.checks.judging import verdict


@pytest.mark.parametrize(
    ("versions", "status"),
    [
        (TlsVersions(443, ("TLSv1.2", "TLSv1.3")), "pass"),
        (TlsVersions(443, ("TLSv1.2",), ("TLSv1.3",)), "pass"),
        (TlsVersions(443, ("TLSv1.3",), ("TLSv1.2",)), "warn"),
        (TlsVersions(443, ("TLSv1.3",)), "pass"),  # 1.2 could not be tried
        (TlsVersions(443, (), ("TLSv1.2", "TLSv1.3")), "skip"),
    ],
)
def test_the_versions(versions: TlsVersions, status: str) -> None:
    found = verdict(tls_1_2_offered, tls_versions=versions)
    assert found == (status, [("tls-1-2-refused", "warn")] if status == "warn" else [])
