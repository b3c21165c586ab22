"""The certificates of authorities, as the resource manager writes them."""

from __future__ import annotations

from azext_iotdiag.model.authorities import Authority
from azext_iotdiag.probes.authorities import read


def test_read() -> None:
    row = {
        "name": "root",
        "properties": {"subject": "CN=root", "expiry": "Tue, 01 Dec 2026 00:00:00 GMT", "isVerified": True},
    }
    assert read(row) == Authority("root", "CN=root", True, 1_796_083_200_000)
    row["properties"] = {"expiry": "2026-12-01T00:00:00Z", "isVerified": False}
    assert read(row) == Authority("root", "", False, 1_796_083_200_000)


def test_what_does_not_fit_counts_as_not_told() -> None:
    for odd in ({}, {"name": 7, "properties": []}, {"properties": {"expiry": "soon", "isVerified": "true"}}):
        assert read(odd) == Authority("")
