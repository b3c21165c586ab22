"""The door of the MQTT port: a service must find the same stream behind it, whatever was looked at before."""

from __future__ import annotations

from types import SimpleNamespace

from azext_iotdiag.lab.net.mqtt_port import _Peeked
from azext_iotdiag.lab.net.stream import TlsStream
from azext_iotdiag.lab.net.websocket import WebSocketStream

BELOW = SimpleNamespace(
    peer="",
    sni="",
    tls="",
    over_websocket=False,
    peer_certificate=None,
    peer_chain=(),
    unsent=7,
    write=None,
    drain=None,
    close=None,
    abort=None,
)


def offered(stream: object) -> set[str]:
    return {name for name in dir(stream) if not name.startswith("_")}


def test_a_stream_that_was_looked_at_offers_what_the_others_offer() -> None:
    common = offered(TlsStream) & offered(WebSocketStream)
    assert {"read", "write", "unsent"} <= common <= offered(_Peeked(BELOW))


def test_it_tells_how_much_waits_for_the_peer() -> None:
    assert _Peeked(BELOW).unsent == 7
