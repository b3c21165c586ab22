"""The server's certificate must be for the host, be valid today, and lead to a root that is trusted."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.declare import DoesNotApply, check
from azext_iotdiag.checks.failures import Service, entry_of
from azext_iotdiag.model.certificate import name_of
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Finding, fail
from azext_iotdiag.model.network import Judged, NetworkAsked, Way, WayState

_WRONG = frozenset({WayState.WRONG_CERTIFICATE, WayState.UNTRUSTED})
_MOST_NAMES = 3


@check("The server's certificate is right")
def certificate_right(network_asked: NetworkAsked, ways: Fact[tuple[Way, ...]]) -> Iterator[Finding]:
    judged = way_states.judged(ways.value or (), network_asked)
    if not way_states.has_certificates(ways.value or ()) and not any(each.state in _WRONG for each in judged):
        raise DoesNotApply("ways")
    by_kind: dict[Kind, list[Judged]] = {}
    for each in judged:
        if each.state in _WRONG and each.way.failure is not None:
            by_kind.setdefault(each.way.failure.kind, []).append(each)
    for kind, hit in by_kind.items():
        way = hit[0].way
        assert way.failure is not None
        evidence = {"host": network_asked.host, "address": way.address, "description": way.failure.description}
        if way.handshake is not None and way.handshake.certificates:
            shown = way.handshake.certificates[0]
            evidence |= {"subject": shown.subject, "issuer": shown.issuer, "names": ", ".join(shown.names)}
            evidence |= {"notBefore": shown.not_before, "notAfter": shown.not_after}
        yield fail(
            entry_of(Service.NETWORK, way.failure),
            f"{way_states.place_of(ways)}, the certificate of {network_asked.host} "
            f"on {way_states.by_port(hit, judged)} {_what(kind, way, way.failure)}",
            **{name: value for name, value in evidence.items() if value},
        )


def _what(kind: Kind, way: Way, failure: Failure) -> str:
    shown = way.handshake.certificates[0] if way.handshake is not None and way.handshake.certificates else None
    if shown is None:
        return f"is refused: {failure.description}"
    if kind is Kind.WRONG_NAME:
        names = [*shown.names[:_MOST_NAMES], *(["others"] if len(shown.names) > _MOST_NAMES else [])]
        return f"is for {way_states.listed(names) if names else 'no name at all'}"
    if kind is Kind.EXPIRED:
        return f"ended at {shown.not_after}, or one of its chain did"
    if kind is Kind.NOT_YET_VALID:
        return f"begins at {shown.not_before}, or one of its chain does"
    assert way.handshake is not None
    public = way.handshake.public
    also = " Public authorities vouch for it: the list of roots on the tested machine lacks one." if public else ""
    return f"is issued by {name_of(shown.issuer)!r}, which is not trusted: {failure.description}.{also}"
