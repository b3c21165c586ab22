"""The check `tls-not-intercepted`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_iotdiag.checks.network.tls_not_intercepted import tls_not_intercepted
from azext_iotdiag.model.failure import Kind
from azext_iotdiag.model.network import HostKind, Protocol, Way
from tests.checks.judging import findings, verdict
from tests.checks.reached import AZURE, LAB, ZSCALER, asked, failed, filtered, on_device, opened, shown, untrusted

HTTPS, MQTT = Protocol.HTTPS, Protocol.MQTT
UNKNOWN_ROOT = "11" * 20
TRUSTED = shown(issuer=ZSCALER, root=UNKNOWN_ROOT, public=False)


@pytest.mark.parametrize(
    "way",
    [
        opened(HTTPS),
        opened(HTTPS, root=UNKNOWN_ROOT),  # a public authority vouches for it
        opened(HTTPS, issuer=LAB, root=UNKNOWN_ROOT, public=False),
        untrusted(HTTPS, AZURE),  # a store that lacks the root is as likely
        untrusted(HTTPS, ZSCALER, public=True),
        failed(HTTPS, Kind.WRONG_NAME, "Hostname mismatch", handshake=TRUSTED),  # a stranger's, by its own authority
    ],
)
def test_what_is_no_interception(way: Way) -> None:
    assert verdict(tls_not_intercepted, network_asked=asked(HTTPS), ways=(way,)) == ("pass", [])


@pytest.mark.parametrize(
    "way",
    [
        untrusted(HTTPS, ZSCALER),
        untrusted(HTTPS, ZSCALER, public=None),
        opened(HTTPS, issuer=ZSCALER, root=UNKNOWN_ROOT, public=False),  # this machine trusts it, and no device does
        failed(HTTPS, Kind.WEBSOCKET_REFUSED, "HTTP 403", handshake=replace(TRUSTED, stands=True)),
        failed(HTTPS, Kind.SILENT, "nothing came", handshake=replace(TRUSTED, stands=True)),
    ],
)
def test_an_interception(way: Way) -> None:
    assert verdict(tls_not_intercepted, network_asked=asked(HTTPS), ways=(way,)) == (
        "fail",
        [("tls-intercepted", "fail")],
    )


def test_an_authority_of_its_own_is_usual_at_a_gateway() -> None:
    found = verdict(
        tls_not_intercepted, network_asked=asked(HTTPS, kind=HostKind.UNKNOWN), ways=(untrusted(HTTPS, ZSCALER),)
    )
    assert found == ("pass", [])


def test_nothing_was_shown() -> None:
    assert verdict(tls_not_intercepted, network_asked=asked(HTTPS), ways=(filtered(HTTPS),)) == ("skip", [])


def test_each_issuer_is_told_once_and_from_where() -> None:
    ways = on_device(untrusted(MQTT, ZSCALER), untrusted(HTTPS, ZSCALER), untrusted(Protocol.AMQP, "CN=other"))
    told = findings(tls_not_intercepted, network_asked=asked(MQTT, HTTPS, Protocol.AMQP), ways=ways)
    assert [each.evidence["issuer"] for each in told] == ["Zscaler", "other"]
    assert told[0].evidence["ports"] == "443, 8883"
    assert all(each.message.startswith("from the device's network, ") for each in told)
    assert not any("this machine" in each.message for each in told)
