"""What became of each way to a host, by the facts of it alone: for the checks of the network, and for the table.

Roots are known by their fingerprint. A name proves nothing, because an interceptor can copy it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from azext_iotdiag.model.certificate import name_of
from azext_iotdiag.model.facts import Fact, Facts, Vantage
from azext_iotdiag.model.failure import CERTIFICATE_KINDS, Failure, Kind
from azext_iotdiag.model.network import (
    STALLED_STEP,
    Cloud,
    Handshake,
    HostKind,
    Judged,
    NetworkAsked,
    Protocol,
    Speaker,
    Way,
    WayState,
)

LAB_AUTHORITY = "iot-diag lab"
_AUTHORITIES = ("digicert", "microsoft")


class RootCertificate(NamedTuple):
    """A root that Azure's servers chain, or chained, to, and the clouds where that is right today."""

    name: str
    clouds: frozenset[Cloud]


_PUBLIC, _OTHERS = frozenset({Cloud.PUBLIC}), frozenset({Cloud.CHINA, Cloud.GOVERNMENT})
# SHA-1 fingerprints: https://learn.microsoft.com/azure/security/fundamentals/tls-certificate-changes
# Public hubs left Baltimore in 2023 and DPS in 2024; the other clouds chain to DigiCert's first global root still.
ROOTS: Mapping[str, RootCertificate] = {
    "df3c24f9bfd666761b268073fe06d1cc8d4f82a4": RootCertificate("DigiCert Global Root G2", _PUBLIC | _OTHERS),
    "73a5e64a3bff8316ff0edccc618a906e4eae4d74": RootCertificate("Microsoft RSA Root CA 2017", _PUBLIC | _OTHERS),
    "999a64c37ff47d9fab95f14769891460eec4c3c5": RootCertificate("Microsoft ECC Root CA 2017", _PUBLIC | _OTHERS),
    "a8985d3a65e5e5c4b2d7d66d40c6dd2fb19c5436": RootCertificate("DigiCert Global Root CA", _OTHERS),
    "d4de20d05e66fc53fe1a50882c78db2852cae474": RootCertificate("Baltimore CyberTrust Root", frozenset()),
}

_BY_KIND = {
    Kind.NAME_NOT_RESOLVED: WayState.NO_ADDRESS,
    Kind.REFUSED_CONNECTION: WayState.REFUSED,
    Kind.NOT_ALLOWED: WayState.FORBIDDEN,
    Kind.DROPPED: WayState.RESET,
    Kind.TLS: WayState.TLS_FAILS,
    Kind.EXPIRED: WayState.WRONG_CERTIFICATE,
    Kind.NOT_YET_VALID: WayState.WRONG_CERTIFICATE,
    Kind.WRONG_NAME: WayState.WRONG_CERTIFICATE,
    Kind.WEBSOCKET_REFUSED: WayState.NO_WEBSOCKET,
    Kind.PROXY_REFUSED: WayState.PROXY_REFUSES,
    Kind.PROXY_WANTS_PASSWORD: WayState.PROXY_WANTS_PASSWORD,
    Kind.PROXY_UNREACHABLE: WayState.PROXY_FAILS,
    Kind.PROXY_SILENT: WayState.PROXY_FAILS,
    Kind.PROXY_NO_PROXY: WayState.PROXY_FAILS,
}
_BY_SPEAKER = {
    Speaker.PAGE: WayState.PAGE,
    Speaker.OTHER: WayState.OTHER_SERVER,
    Speaker.BROKER: WayState.OTHER_SERVER,
    Speaker.MQTT_5: WayState.MQTT_5_ONLY,
}
_AFTER_TLS = {Kind.SILENT: WayState.UNANSWERED, Kind.DROPPED: WayState.CLOSED}
# A page without TLS, or the way to one. Any web server answers 4xx to what it cannot read; that is no portal.
_PAGE = re.compile(r"HTTP/[\d.]+ (?:2|3|511)|<(?:!doctype|html)", re.IGNORECASE)
_NO_ANSWER = "nothing came"  # how the client of TCP says that no packet came back

NOT_CONNECTED = frozenset({
    WayState.REFUSED, WayState.FILTERED, WayState.UNREACHABLE, WayState.FORBIDDEN, WayState.NO_ADDRESS,
})  # fmt: skip


def judged(ways: Iterable[Way], asked: NetworkAsked) -> tuple[Judged, ...]:
    """Each way with what became of it."""
    return tuple(_judged(way, asked) for way in ways)


def has_certificates(ways: Iterable[Way]) -> bool:
    """Whether a server showed a certificate on any way."""
    return any(way.handshake is not None and way.handshake.certificates for way in ways)


def with_certificate(facts: Facts) -> Facts:
    """The facts, and the certificate of the first way that was refused for its certificate, if there is one.

    Conditions of causes read it, as they read that of a stream.
    """
    ways = facts["ways"]
    for way in ways.value or ():
        if way.failure is not None and way.failure.kind in CERTIFICATE_KINDS and has_certificates([way]):
            return {**facts, "server_certificate": replace(ways, value=way.handshake.certificates[0])}
    return facts


def usable(ways: Iterable[Judged]) -> tuple[Protocol, ...]:
    """The protocols for which a way is open, in the order of `Protocol`."""
    found = {each.way.protocol for each in ways if each.state is WayState.OPEN}
    return tuple(protocol for protocol in Protocol if protocol in found)


def _judged(way: Way, asked: NetworkAsked) -> Judged:
    shown, failure = way.handshake, way.failure
    if shown is not None and _tells_issuer(way, shown) and is_intercepted(shown, asked.kind):
        return Judged(way, WayState.INTERCEPTED, issuer(shown))
    if failure is None:
        return Judged(way, _BY_SPEAKER.get(way.speaker, WayState.OPEN))
    if failure.kind is Kind.UNTRUSTED:
        return Judged(way, WayState.UNTRUSTED, issuer(shown) if shown else "")
    return Judged(way, _state_of(failure, shown or Handshake()))


def _tells_issuer(way: Way, shown: Handshake) -> bool:
    """Whether the issuer is what counts: not where the certificate is for another name, or not valid today."""
    return way.failure is None or way.failure.kind is Kind.UNTRUSTED or shown.stands


def _state_of(failure: Failure, shown: Handshake) -> WayState:
    """What a failure means, with what the handshake showed."""
    kind = failure.kind
    if shown.begins:
        return WayState.PAGE if _PAGE.match(shown.begins) else WayState.NO_TLS
    if shown.stands and kind in _AFTER_TLS:
        return _AFTER_TLS[kind]
    if kind is Kind.UNREACHABLE:
        return WayState.FILTERED if failure.description == _NO_ANSWER else WayState.UNREACHABLE
    if kind is Kind.SILENT:
        begun = shown.received > 0 and not shown.certificates
        return WayState.STALLED if begun or failure.step == STALLED_STEP else WayState.SILENT
    return _BY_KIND.get(kind, WayState.UNKNOWN)


def is_intercepted(shown: Handshake, kind: HostKind) -> bool:
    """Whether something on the way opens the TLS of a host of Azure.

    So it is where neither a root that is known nor a public authority vouches for the chain, and no authority of
    Azure's servers is its issuer by name. A lab's certificate counts as what it is. At other hosts an authority of
    one's own is usual.
    """
    if kind is HostKind.UNKNOWN or not shown.certificates or shown.public:
        return False
    if shown.root is not None and shown.root.sha1 in ROOTS:
        return False
    # A name is no proof that it is Azure's chain. But then a store that lacks the root is as likely as an interceptor.
    return not is_lab(shown) and not any(name in shown.certificates[0].issuer.lower() for name in _AUTHORITIES)


def place_of(fact: Fact[Any]) -> str:
    """From where a fact was measured, for the beginning of a message."""
    return "from the device's network" if fact.place is Vantage.DEVICE else "from this machine"


def listed(names: Iterable[str]) -> str:
    """Names for people: a, b and c."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def by_port(hit: Iterable[Judged], tried: Iterable[Judged]) -> str:
    """Ways for people: the ports of a route where all that was tried there is meant, else protocols with theirs."""
    meant = tuple(hit)
    others = {_route(each.way) for each in tried if each not in meant}
    whole: dict[str, list[int]] = {}
    parts = []
    for way, *_ in meant:
        if _route(way) in others:
            parts.append(f"{way.protocol.title} (port {way.port}{_through(way)})")
        elif way.port not in whole.setdefault(_through(way), []):
            whole[_through(way)].append(way.port)
    ports = [f"{'ports' if len(each) > 1 else 'port'} {listed(map(str, each))}{how}" for how, each in whole.items()]
    return listed([*ports, *parts])


def _route(way: Way) -> tuple[int, str]:
    return way.port, way.proxy


def _through(way: Way) -> str:
    return f" through the proxy {way.proxy}" if way.proxy else ""


def is_lab(shown: Handshake) -> bool:
    """Whether a lab of this tool issued the server's certificate, as it says of itself."""
    return bool(shown.certificates) and LAB_AUTHORITY in shown.certificates[0].issuer.lower()


def issuer(shown: Handshake) -> str:
    """Who signed the server's own certificate."""
    return name_of(shown.certificates[0].issuer) if shown.certificates else ""
