"""How a host can be reached: every protocol, direct and through the proxy, all at the same time.

A handshake that fails is looked at once more without trust, to see who answers; nothing is sent after it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from azext_iotdiag.clients import chain, first_flight, greeting, proxy, transport
from azext_iotdiag.clients.proxy import Proxy
from azext_iotdiag.clients.transport import ShownCertificates, Transport
from azext_iotdiag.model.certificate import Certificate
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import CERTIFICATE_KINDS, Failure, Kind, StepFailed
from azext_iotdiag.model.network import Handshake, NetworkAsked, Protocol, Speaker, Way
from azext_iotdiag.probes.at_once import at_once
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.server_certificate import read

_MARGIN = 0.5  # seconds before the deadline of the probe, so that what was found is not lost
LOOK_SECONDS = 3.0  # for the second look, and for a second connection
_WORTH_A_LOOK = CERTIFICATE_KINDS | {Kind.TLS, Kind.SILENT, Kind.DROPPED}


def measure(context: Context, end: float, facts: Facts) -> tuple[Way, ...]:
    """A Way for each protocol and route, in the order of `Protocol`, the direct ones first."""
    asked = facts["network_asked"].value
    assert asked is not None, "the catalogue asks for it where a host was named"
    through = proxy.find(asked.host, transport.HTTPS_PORT)
    tries = [_Try(context, end, asked, protocol, None) for protocol in asked.protocols]
    if through is not None:
        tries += [_Try(context, end, asked, protocol, through) for protocol in asked.protocols]
    return at_once([each.made for each in tries])


class _Try:
    """One way that is tried."""

    def __init__(self, context: Context, end: float, asked: NetworkAsked, protocol: Protocol, through: Proxy | None):
        self._context = context
        self._end = end - _MARGIN
        self._asked = asked
        self._protocol = protocol
        self._through = through

    def made(self) -> Way:
        """The way, as it was found. It raises nothing of clients."""
        began = time.monotonic()
        way = Way(self._protocol, self._protocol.port, str(self._through) if self._through else "")
        try:
            below = self._connect(self._context.deadlines.connect)
        except StepFailed as failed:
            way = self._failed(way, failed.failure)
        else:
            way = self._greeted(replace(way, address=below.address, handshake=_handshake(below.shown())), below)
        return replace(way, seconds=time.monotonic() - began)

    def _connect(self, most: float) -> Transport:
        return transport.connect(self._asked.host, self._protocol.port, self._left(most), self._through)

    def _left(self, most: float) -> float:
        """So many seconds, but no more than are left."""
        return min(most, max(self._end - self._context.clock(), 0.001))

    def _greeted(self, way: Way, below: Transport) -> Way:
        """Say the first words. What they are answered with is no failure of the network."""
        try:
            heard = greeting.greet(
                below, self._protocol, self._asked.kind, self._left(self._context.deadlines.step),
                self._context.deadlines,
            )  # fmt: skip
        except StepFailed as failed:
            return replace(way, failure=failed.failure)
        finally:
            below.close()
        speaker = heard.speaker
        refused = speaker in (Speaker.CLOSED, Speaker.OTHER) and self._protocol is Protocol.MQTT
        if refused and self._speaks_mqtt_5():
            speaker = Speaker.MQTT_5
        elif speaker is Speaker.OTHER and heard.reply.startswith("CONNACK"):
            speaker = Speaker.PROTOCOL  # it refuses this version, and whatever else it speaks is not known
        return replace(way, speaker=speaker, reply=heard.reply)

    def _speaks_mqtt_5(self) -> bool:
        try:
            below = self._connect(LOOK_SECONDS)
        except StepFailed:
            return False
        try:
            return greeting.speaks_mqtt_5(below, self._left(LOOK_SECONDS))
        except StepFailed:
            return False
        finally:
            below.close()

    def _failed(self, way: Way, failure: Failure) -> Way:
        """The way that failed at a step, with what a second look shows where TLS had begun."""
        way = replace(way, failure=failure, address=failure.address)
        if not failure.step.startswith(transport.HANDSHAKE) or failure.kind not in _WORTH_A_LOOK:
            return way
        seen = first_flight.look(self._asked.host, way.port, self._left(LOOK_SECONDS), self._through)
        handshake = Handshake(
            seen.version,
            certificates=tuple(_read_all(seen.certificates)),
            public=self._is_public() if failure.kind is Kind.UNTRUSTED else None,
            received=seen.received,
            begins=seen.begins,
        )
        return replace(way, handshake=handshake)

    def _is_public(self) -> bool | None:
        """Whether the public authorities vouch for a certificate that this machine does not trust."""
        try:
            transport.connect(
                self._asked.host, self._protocol.port, self._left(LOOK_SECONDS), self._through, transport.public_trust()
            ).close()
        except StepFailed as failed:
            return False if failed.failure.kind is Kind.UNTRUSTED else None
        return True


def _handshake(shown: ShownCertificates) -> Handshake:
    """What a handshake showed that was verified."""
    root = read(shown.verified[-1]) if shown.verified else None
    return Handshake(
        shown.version,
        shown.cipher,
        tuple(_read_all(shown.sent)),
        root,
        None if root is None else root.sha1 in _public_roots(),
        chain.message_size(shown.sent, shown.version),
        stands=True,
    )


def _read_all(encoded: tuple[bytes, ...]) -> Iterator[Certificate]:
    return (certificate for each in encoded if (certificate := read(each)) is not None)


@cache
def _public_roots() -> frozenset[str]:
    """The fingerprints of the public authorities' roots."""
    held = transport.public_trust().get_ca_certs(binary_form=True)
    return frozenset(hashlib.sha1(each, usedforsecurity=False).hexdigest() for each in held)
