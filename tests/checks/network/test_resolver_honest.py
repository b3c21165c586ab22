"""The check `resolver-honest`."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.network.resolver_honest import resolver_honest
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.network import Invented, Resolved
from tests.checks.judging import verdict

NAMES = ("iot-diag-1.azure-devices.net", "iot-diag-1.com")
PORTAL, HUB = "10.0.0.1", "20.1.2.3"
ANSWERED = ((PORTAL,), (PORTAL,))


@pytest.mark.parametrize(
    ("addresses", "host", "status"),
    [
        (((), ()), (HUB,), "pass"),
        (((PORTAL,), ()), (HUB,), "pass"),  # the domain answers for all its names, and the name service does not
        (ANSWERED, (HUB,), "warn"),
        (ANSWERED, (PORTAL,), "fail"),
    ],
)
def test_names_that_do_not_exist(addresses, host, status: str) -> None:
    found = verdict(resolver_honest, invented_names=Invented(NAMES, addresses), resolved=Resolved(host))
    assert found == (status, [] if status == "pass" else [("dns-answers-everything", status)])


def test_without_the_addresses_of_the_host() -> None:
    assert verdict(resolver_honest, invented_names=Invented(NAMES, ANSWERED))[0] == "warn"


def test_a_look_up_that_failed_says_nothing() -> None:
    late = Failure(Kind.SILENT, "the addresses of names that do not exist", "", 443)
    assert verdict(resolver_honest, invented_names=late) == ("pass", [])
