"""Where the environment names a proxy, tools and SDKs go through it for port 443, and it must let them."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.declare import DoesNotApply, check
from azext_iotdiag.checks.failures import Service, finding_of
from azext_iotdiag.model.failure import Failure, Kind
from azext_iotdiag.model.finding import Finding, Severity
from azext_iotdiag.model.network import HTTPS_PORT, NetworkAsked, Way, WayState

_OF_PROXY = frozenset({WayState.PROXY_REFUSES, WayState.PROXY_WANTS_PASSWORD, WayState.PROXY_FAILS})


@check("The proxy lets connections through")
def proxy_lets_through(network_asked: NetworkAsked, ways: tuple[Way, ...]) -> Iterator[Finding]:
    """A proxy commonly refuses other ports than 443. So only what it does with that port is judged.

    Where every protocol works without the proxy, it is a warning.
    """
    judged = way_states.judged(ways, network_asked)
    if not network_asked.proxy:
        raise DoesNotApply("network_asked")
    direct = way_states.usable(each for each in judged if not each.way.proxy)
    severity = Severity.WARN if set(network_asked.protocols) <= set(direct) else Severity.FAIL
    seen: dict[Kind, Failure] = {}
    for way, state, _ in judged:
        if way.proxy and way.port == HTTPS_PORT and state in _OF_PROXY and way.failure is not None:
            seen.setdefault(way.failure.kind, way.failure)
    for failure in seen.values():
        yield finding_of(Service.NETWORK, failure, severity)
