"""TLS 1.2 is what nearly all devices speak."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.declare import DoesNotApply, check
from azext_iotdiag.knowledge.interference import TLS_1_2_REFUSED
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, warn
from azext_iotdiag.model.network import TlsVersions

TLS_1_2 = "TLSv1.2"


@check("The server accepts TLS 1.2")
def tls_1_2_offered(tls_versions: Fact[TlsVersions]) -> Iterator[Finding]:
    """The ways to a server show that it accepts no version at all."""
    versions = tls_versions.value
    if versions is None or not versions.accepted:
        raise DoesNotApply("tls_versions")
    if TLS_1_2 in versions.refused:
        yield warn(
            TLS_1_2_REFUSED,
            f"{way_states.place_of(tls_versions)}, the server refuses TLS 1.2 on port {versions.port} and accepts "
            f"{', '.join(versions.accepted)}",
            port=versions.port,
        )
