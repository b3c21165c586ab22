"""The check `root-fits-cloud`."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.network.root_fits_cloud import root_fits_cloud
from azext_iotdiag.model.network import Cloud, HostKind, Protocol
from tests.checks.judging import verdict
from tests.checks.reached import BALTIMORE, G1, G2, asked, filtered, opened

HTTPS = Protocol.HTTPS


@pytest.mark.parametrize(
    ("root", "cloud", "status"),
    [
        (G2, Cloud.PUBLIC, "pass"),
        (G1, Cloud.PUBLIC, "warn"),
        (G1, Cloud.CHINA, "pass"),
        (G1, Cloud.GOVERNMENT, "pass"),
        (BALTIMORE, Cloud.PUBLIC, "warn"),
        (BALTIMORE, Cloud.CHINA, "warn"),
        ("11" * 20, Cloud.PUBLIC, "pass"),  # Azure may change its root
        (G1, Cloud.UNKNOWN, "skip"),
    ],
)
def test_the_root_of_a_cloud(root: str, cloud: Cloud, status: str) -> None:
    found = verdict(root_fits_cloud, network_asked=asked(HTTPS, cloud=cloud), ways=(opened(HTTPS, root=root),))
    assert found == (status, [("tls-root-unexpected", "warn")] if status == "warn" else [])


@pytest.mark.parametrize(("kind", "way"), [(HostKind.STORAGE, opened(HTTPS, root=G1)), (HostKind.HUB, filtered(HTTPS))])
def test_what_it_does_not_judge(kind: HostKind, way) -> None:
    """Other services have other roots, and where nothing was verified there is none."""
    assert verdict(root_fits_cloud, network_asked=asked(HTTPS, kind=kind), ways=(way,)) == ("skip", [])
