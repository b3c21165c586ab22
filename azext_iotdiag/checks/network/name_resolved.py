"""A host is reached by its name, which a private DNS zone or a typing error can hide."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.network import NAME_NOT_RESOLVED
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, fail, warn
from azext_iotdiag.model.network import NetworkAsked, Resolved, Way


@check("The host name has an address")
def name_resolved(
    network_asked: NetworkAsked, resolved: Fact[Resolved], ways: tuple[Way, ...] | None = None
) -> Iterator[Finding]:
    """Where a proxy looks the name up and reaches the host, it is a warning."""
    if resolved.failure is None:
        return
    by_proxy = way_states.usable(each for each in way_states.judged(ways or (), network_asked) if each.way.proxy)
    say = warn if by_proxy else fail
    reached = "; the proxy finds it" if by_proxy else ""
    yield say(
        NAME_NOT_RESOLVED,
        f"{way_states.place_of(resolved)}, the name {network_asked.host} has no address{reached} "
        f"({resolved.failure.description})",
        host=network_asked.host,
        description=resolved.failure.description,
    )
