"""The probe `tls_versions`, against servers that accept some versions."""

from __future__ import annotations

import ssl

import pytest

from azext_iotdiag.model.network import Protocol
from tests.plugins import hostile
from tests.plugins.hub_peers import STRANGER, Standing, asked, measured, standing

__all__ = ["standing"]
V1_2, V1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
BOTH = ("TLSv1.2", "TLSv1.3")


@pytest.mark.parametrize(
    ("versions", "accepted", "refused"),
    [((V1_2, V1_3), BOTH, ()), ((V1_2, V1_2), BOTH[:1], BOTH[1:]), ((V1_3, V1_3), BOTH[1:], BOTH[:1])],
)
def test_each_version_is_tried_alone(standing: Standing, versions, accepted, refused) -> None:
    standing.at(443, standing.tls(hostile.silent, versions=versions))
    found = measured(asked(), "tls_versions")["tls_versions"].value
    assert found is not None and (found.port, found.accepted, found.refused) == (443, accepted, refused)


def test_a_certificate_that_is_not_trusted_is_no_matter_of_versions(standing: Standing) -> None:
    standing.at(8883, standing.tls(hostile.silent, authority=STRANGER, versions=(V1_2, V1_2)))
    found = measured(asked(Protocol.MQTT), "tls_versions")["tls_versions"].value
    assert found is not None and (found.port, found.accepted, found.refused) == (8883, BOTH[:1], BOTH[1:])


def test_a_port_that_is_closed_tells_of_no_version(standing: Standing) -> None:
    found = measured(asked(), "tls_versions")["tls_versions"].value
    assert found is not None and (found.accepted, found.refused) == ((), ())
