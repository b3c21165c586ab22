"""How a simulated device reaches its hub: with the trust, the addresses and the proxy that az has."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from azext_iotdiag.clients import address, proxy, transport, tunnel
from azext_iotdiag.clients.deadlines import usual
from azext_iotdiag.model.simulated import Proxied
from azext_iotdiag.simulate.device import HTTPS, Way

MQTT, MQTT_WS = "mqtt", "mqtt_ws"


def way(host: str, transport_: str, certificate: Any, say: Callable[[str], None]) -> tuple[Way, Proxied | None]:
    """The way, and the proxy that it leads through. `certificate` is the device's, None where a key proves it."""
    trust, deadlines = transport.trust(), usual()
    if certificate is not None:
        trust.load_cert_chain(certificate.path, certificate.key_path, password=certificate.passphrase.reveal())
    websocket = transport_ == MQTT_WS
    through = proxy.find(host, HTTPS) if websocket else None
    if through is None:
        return Way(trust, address.find, websocket, say=say, **deadlines.of_device()), None

    def open_(sock: socket.socket, host: str, port: int) -> None:
        tunnel.open(sock, through, "{}:{}".format(*sock.getpeername()[:2]), host, port, deadlines.step)

    def address_for(_host: str, _port: int) -> tuple[str, int]:
        return address.find(through.host, through.port)

    found = Way(trust, address_for, websocket, str(through), open_, say, **deadlines.of_device())
    return found, Proxied(str(through), through.variable)
