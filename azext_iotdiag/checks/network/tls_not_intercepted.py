"""TLS ends at Azure, unless something on the way opens it; then the certificate is another authority's."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.declare import DoesNotApply, check
from azext_iotdiag.knowledge.interference import TLS_INTERCEPTED
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.network import Judged, NetworkAsked, Way, WayState


@check("No proxy on the way decrypts TLS")
def tls_not_intercepted(network_asked: NetworkAsked, ways: Fact[tuple[Way, ...]]) -> Iterator[Finding]:
    """Also where this machine trusts the other authority: devices do not."""
    if not way_states.has_certificates(ways.value or ()):
        raise DoesNotApply("ways")
    judged = way_states.judged(ways.value or (), network_asked)
    by_issuer: dict[str, list[Judged]] = {}
    for each in judged:
        if each.state is WayState.INTERCEPTED:
            by_issuer.setdefault(each.by, []).append(each)
    for issuer, hit in by_issuer.items():
        trusts = "trusts" if all(each.way.failure is None for each in hit) else "does not trust"
        yield fail(
            TLS_INTERCEPTED,
            f"{way_states.place_of(ways)}, the certificate of {network_asked.host} "
            f"on {way_states.by_port(hit, judged)} is issued by {issuer!r}, "
            f"an authority that is not public. The tested machine {trusts} it.",
            host=network_asked.host,
            issuer=issuer,
            ports=", ".join(sorted({str(each.way.port) for each in hit})),
        )
