"""The check `proxy-lets-through`."""

from __future__ import annotations

import pytest

from azext_iotdiag.checks.network.proxy_lets_through import proxy_lets_through
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.network import Protocol
from tests.checks.judging import verdict
from tests.checks.reached import PROXY, asked, failed, filtered, opened

MQTT, HTTPS = Protocol.MQTT, Protocol.HTTPS
STEP = "the way through the proxy"


def test_no_proxy_applies() -> None:
    assert verdict(proxy_lets_through, network_asked=asked(HTTPS), ways=(opened(HTTPS),)) == ("skip", [])


def test_a_proxy_that_allows_port_443_alone() -> None:
    ways = (opened(HTTPS, proxy=PROXY), failed(MQTT, Kind.PROXY_REFUSED, step=STEP, proxy=PROXY))
    assert verdict(proxy_lets_through, network_asked=asked(MQTT, HTTPS, proxy=PROXY), ways=ways) == ("pass", [])


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Kind.PROXY_REFUSED, "proxy-refuses"),
        (Kind.PROXY_WANTS_PASSWORD, "proxy-wants-password"),
        (Kind.PROXY_UNREACHABLE, "proxy-unreachable"),
        (Kind.PROXY_SILENT, "proxy-silent"),
        (Kind.PROXY_NO_PROXY, "proxy-is-none"),
    ],
)
def test_a_proxy_in_the_way(kind: Kind, code: str) -> None:
    """It is a fault where the host cannot be reached without it."""
    behind = failed(HTTPS, kind, "the proxy says so", STEP, PROXY)
    wanted = asked(HTTPS, proxy=PROXY)
    blocked = verdict(proxy_lets_through, network_asked=wanted, ways=(filtered(HTTPS), behind))
    assert blocked == ("fail", [(code, "fail")])
    besides = verdict(proxy_lets_through, network_asked=wanted, ways=(opened(HTTPS), behind))
    assert besides == ("warn", [(code, "warn")])
