"""The check `protocols-usable`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azext_iotdiag.checks.network.protocols_usable import protocols_usable
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Certainty
from azext_iotdiag.model.network import STALLED_STEP, Handshake, Protocol, Resolved, Way
from tests.checks.judging import findings, verdict
from tests.checks.reached import (
    HANDSHAKE,
    HOST,
    PROXY,
    asked,
    failed,
    filtered,
    on_device,
    opened,
    refused,
    shown,
    untrusted,
)

MQTT, AMQP, HTTPS, MQTT_WS, AMQP_WS = Protocol
TCP = "the TCP connection"
ONLY_443 = (filtered(MQTT), filtered(AMQP), opened(HTTPS), opened(MQTT_WS), opened(AMQP_WS))


def codes(*ways: Way, **more) -> list[str]:
    wanted = asked(*dict.fromkeys(way.protocol for way in ways))
    return [each.entry.code for each in findings(protocols_usable, network_asked=wanted, ways=ways, **more)]


def test_what_is_healthy() -> None:
    assert codes(*(opened(protocol) for protocol in Protocol)) == []


def test_only_443_is_open() -> None:
    """Case N1: one statement, which names what works."""
    (found,) = findings(protocols_usable, network_asked=asked(), ways=ONLY_443)
    assert found.entry.code == "only-443-open" and found.weight.certainty is Certainty.LIKELY
    assert "HTTPS, MQTT over WebSocket and AMQP over WebSocket work" in found.message
    assert found.evidence["mqtt"] == "filtered" and found.evidence["usable"] == "https, mqtt-ws, amqp-ws"


def test_one_port_is_blocked() -> None:
    assert codes(refused(MQTT), opened(AMQP), opened(HTTPS)) == ["port-8883-blocked"]
    assert codes(opened(MQTT), filtered(AMQP), opened(HTTPS)) == ["port-5671-blocked"]
    assert codes(filtered(MQTT), opened(HTTPS)) == ["port-8883-blocked"]


STANDS = replace(shown(), stands=True)


def test_what_comes_behind_tls_is_no_blocked_port() -> None:
    """The network let TLS pass: the server itself does not answer, or ends the connection."""
    silent = failed(MQTT, Kind.SILENT, "nothing came", "the CONNACK of MQTT", handshake=STANDS)
    assert codes(silent, opened(AMQP), opened(HTTPS)) == ["connack-missing"]
    assert codes(opened(MQTT), replace(silent, protocol=AMQP), opened(HTTPS)) == ["server-silent"]
    dropped = failed(AMQP, Kind.DROPPED, "the server closed the connection", "the answer", handshake=STANDS)
    assert codes(opened(MQTT), dropped, opened(HTTPS)) == ["connection-dropped"]


def test_a_way_through_the_proxy_is_a_way() -> None:
    assert codes(filtered(HTTPS), opened(HTTPS, proxy=PROXY)) == []


@pytest.mark.parametrize(
    ("way", "code"),
    [
        (failed(HTTPS, Kind.NAME_NOT_RESOLVED, "unknown", "the name look-up"), "name-not-resolved"),
        (refused(HTTPS), "connection-refused"),
        (filtered(HTTPS), "server-unreachable"),
        (failed(HTTPS, Kind.UNREACHABLE, "No route to host", TCP), "server-unreachable"),
        (failed(HTTPS, Kind.NOT_ALLOWED, "Operation not permitted", TCP), "connection-not-allowed"),
        (failed(HTTPS, Kind.DROPPED, "Connection reset by peer"), "connection-reset"),
        (failed(HTTPS, Kind.SILENT, "nothing came"), "server-silent"),
        (failed(HTTPS, Kind.SILENT, "nothing came", handshake=Handshake(received=1200)), "tls-handshake-stalls"),
        (failed(HTTPS, Kind.SILENT, "nothing came", STALLED_STEP), "tls-handshake-stalls"),
        (failed(HTTPS, Kind.TLS, "tlsv1 alert"), "tls-handshake-failed"),
        (failed(HTTPS, Kind.TLS, handshake=Handshake(begins="220 mail")), "tls-handshake-failed"),
        (failed(HTTPS, Kind.WEBSOCKET_REFUSED, "the server answers HTTP 403"), "websocket-refused"),
    ],
)
def test_nothing_is_open(way: Way, code: str) -> None:
    assert codes(way) == [code]


def test_what_other_checks_tell() -> None:
    assert codes(untrusted(HTTPS, "CN=Zscaler")) == []


def test_a_host_with_ipv6_alone() -> None:
    only_6, both = Resolved(("2603:1030::1",)), Resolved(("2603:1030::1", "20.1.2.3"))
    unreachable = failed(HTTPS, Kind.UNREACHABLE, "Network is unreachable", TCP)
    assert codes(unreachable, resolved=only_6) == ["ipv6-only-host"]
    assert codes(unreachable, resolved=both) == ["server-unreachable"]
    assert codes(opened(HTTPS), filtered(MQTT), resolved=only_6) == ["port-8883-blocked"]


def test_ways_that_could_not_be_tried() -> None:
    crashed = Failure(Kind.CRASHED, "the tries of all protocols", HOST, 443)
    assert verdict(protocols_usable, network_asked=asked(), ways=crashed)[0] == "error"
    unknown = failed(HTTPS, Kind.CRASHED, "a fault", HANDSHAKE)
    assert verdict(protocols_usable, network_asked=asked(HTTPS), ways=(unknown,))[0] == "error"


def test_a_script_tells_of_the_device() -> None:
    (found,) = findings(protocols_usable, network_asked=asked(), ways=on_device(*ONLY_443))
    assert found.message.startswith("from the device's network, ports 8883 and 5671 are filtered")
    assert "this machine" not in found.message


def test_only_443_is_open_where_both_other_ports_are_blocked_and_no_more() -> None:
    assert codes(filtered(MQTT), opened(AMQP), opened(HTTPS), filtered(MQTT_WS)) == [
        "port-8883-blocked", "server-unreachable",
    ]  # fmt: skip
