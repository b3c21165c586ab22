"""The check `name-resolved`."""

from __future__ import annotations

from azext_iotdiag.checks.network.name_resolved import name_resolved
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.network import Protocol, Resolved
from tests.checks.judging import verdict
from tests.checks.reached import HOST, PROXY, asked, failed, opened

HTTPS = Protocol.HTTPS
MISSING = Failure(Kind.NAME_NOT_RESOLVED, "the name look-up", HOST, 443, description="Name or service not known")
NOT_FOUND = failed(HTTPS, Kind.NAME_NOT_RESOLVED, step="the name look-up")


def test_what_is_healthy() -> None:
    assert verdict(name_resolved, network_asked=asked(), resolved=Resolved(("20.1.2.3",))) == ("pass", [])


def test_a_name_without_an_address() -> None:
    assert verdict(name_resolved, network_asked=asked(), resolved=MISSING, ways=(NOT_FOUND,)) == (
        "fail",
        [("name-not-resolved", "fail")],
    )


def test_a_name_that_only_the_proxy_finds() -> None:
    """So it is behind many corporate proxies."""
    ways = (NOT_FOUND, opened(HTTPS, proxy=PROXY))
    assert verdict(name_resolved, network_asked=asked(proxy=PROXY), resolved=MISSING, ways=ways) == (
        "warn",
        [("name-not-resolved", "warn")],
    )
