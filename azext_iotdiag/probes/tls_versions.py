"""Which versions of TLS the server accepts: one handshake for each, in which no other version may be spoken."""

from __future__ import annotations

import ssl
from functools import partial

from azext_iotdiag.clients import proxy, transport
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.failure import CERTIFICATE_KINDS, Kind, StepFailed
from azext_iotdiag.model.network import TlsVersions
from azext_iotdiag.probes.at_once import at_once
from azext_iotdiag.probes.context import Context

# Older ones ended for IoT Hub on 2025-08-31, and the OpenSSL of today does not speak them.
# https://learn.microsoft.com/azure/iot-hub/iot-hub-tls-support
VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}
# The server took the version, and what follows it failed.
_ACCEPTED = CERTIFICATE_KINDS


def measure(context: Context, end: float, facts: Facts) -> TlsVersions:
    """Try each version on the first port that is asked for and open nearly everywhere: 443, else the first one."""
    asked = facts["network_asked"].value
    assert asked is not None, "the catalogue asks for it where a host was named"
    ports = [protocol.port for protocol in asked.protocols]
    port = transport.HTTPS_PORT if transport.HTTPS_PORT in ports else ports[0]
    through = proxy.find(asked.host, transport.HTTPS_PORT)

    def accepts(version: str) -> bool | None:
        settings = transport.trust()
        settings.minimum_version = settings.maximum_version = VERSIONS[version]
        seconds = min(context.deadlines.connect, max(end - context.clock(), 0.001))
        try:
            transport.connect(asked.host, port, seconds, through, settings).close()
        except StepFailed as failed:
            kind = failed.failure.kind
            return True if kind in _ACCEPTED else False if kind is Kind.TLS else None
        return True

    found = dict(zip(VERSIONS, at_once([partial(accepts, version) for version in VERSIONS]), strict=True))
    return TlsVersions(
        port,
        tuple(version for version, accepted in found.items() if accepted),
        tuple(version for version, accepted in found.items() if accepted is False),
    )
