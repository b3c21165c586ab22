"""Protocols: their ports and names, and what each kind of host speaks."""

from __future__ import annotations

import pytest

from azext_iotdiag.model.network import PROTOCOLS, HostKind, Protocol


@pytest.mark.parametrize(("protocol", "port", "title"), [
    (Protocol.MQTT, 8883, "MQTT"), (Protocol.AMQP, 5671, "AMQP"), (Protocol.HTTPS, 443, "HTTPS"),
    (Protocol.MQTT_WS, 443, "MQTT over WebSocket"), (Protocol.AMQP_WS, 443, "AMQP over WebSocket"),
])  # fmt: skip
def test_ports(protocol: Protocol, port: int, title: str) -> None:
    """https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-protocols"""
    assert (protocol.port, protocol.title) == (port, title)


def test_every_host_speaks_something() -> None:
    assert all(PROTOCOLS.values()) and HostKind.HUB not in PROTOCOLS, "a hub speaks all of them"
