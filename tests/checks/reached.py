"""Ways to a host to judge: open ones, and ones that fail in each manner."""

from __future__ import annotations

from datetime import datetime, timezone

from azext_iotdiag.model.certificate import Certificate
from azext_iotdiag.model.facts import Fact, Vantage
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.network import Cloud, Handshake, HostKind, NetworkAsked, Protocol, Speaker, Way

HOST = "hub.azure-devices.net"
PROXY = "proxy.example.net:3128"
G1, G2 = "a8985d3a65e5e5c4b2d7d66d40c6dd2fb19c5436", "df3c24f9bfd666761b268073fe06d1cc8d4f82a4"
BALTIMORE = "d4de20d05e66fc53fe1a50882c78db2852cae474"
AZURE, ZSCALER = "CN=Microsoft Azure RSA TLS Issuing CA 04,O=Microsoft Corporation,C=US", "CN=Zscaler,O=Zscaler\\, Inc."
LAB = "CN=iot-diag lab lab-hub"
HANDSHAKE = "the TLS handshake"
MEASURED = datetime(2026, 11, 30, tzinfo=timezone.utc)


def certificate(issuer: str = AZURE, subject: str = "CN=*.azure-devices.net", sha1: str = "00" * 20) -> Certificate:
    return Certificate(subject, issuer, ("*.azure-devices.net",), "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z", sha1)


def shown(issuer: str = AZURE, root: str = G2, public: bool | None = True) -> Handshake:
    """A handshake; `root` is the fingerprint at the end of the path that was verified, empty where none was."""
    end = certificate(subject="CN=a root", sha1=root) if root else None
    return Handshake("TLSv1.2", "ECDHE", (certificate(issuer),), end, public, 5021)


def opened(protocol: Protocol, speaker: Speaker = Speaker.PROTOCOL, proxy: str = "", **handshake) -> Way:
    """A way that works, or at whose end another one answers."""
    return Way(protocol, protocol.port, proxy, None, shown(**handshake), speaker, "the answer", "20.1.2.3:1", 0.05)


def failed(
    protocol: Protocol, kind: Kind, description: str = "", step: str = HANDSHAKE, proxy: str = "",
    handshake: Handshake | None = None, condition: str = "",
) -> Way:  # fmt: skip
    """A way that ends at a step."""
    failure = Failure(kind, step, HOST, protocol.port, "20.1.2.3:1", condition, description)
    return Way(protocol, protocol.port, proxy, failure, handshake, address="20.1.2.3:1")


def filtered(protocol: Protocol, proxy: str = "") -> Way:
    return failed(protocol, Kind.UNREACHABLE, "nothing came", "the TCP connection", proxy)


def refused(protocol: Protocol, proxy: str = "") -> Way:
    return failed(protocol, Kind.REFUSED_CONNECTION, "Connection refused", "the TCP connection", proxy)


def untrusted(protocol: Protocol, issuer: str, public: bool | None = False) -> Way:
    handshake = Handshake(certificates=(certificate(issuer),), public=public)
    return failed(protocol, Kind.UNTRUSTED, "unable to get local issuer certificate", handshake=handshake)


def asked(
    *protocols: Protocol, kind: HostKind = HostKind.HUB, cloud: Cloud = Cloud.PUBLIC, proxy: str = ""
) -> NetworkAsked:
    return NetworkAsked(HOST, kind, cloud, protocols or tuple(Protocol), proxy)


def on_device(*ways: Way) -> Fact[tuple[Way, ...]]:
    """The same as a script measured it."""
    return Fact(tuple(ways), MEASURED, "a script with openssl", Vantage.DEVICE)
