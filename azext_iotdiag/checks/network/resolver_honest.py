"""A name service that answers for everything leads a misspelt name, or all names, to a stranger."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.interference import DNS_ANSWERS_EVERYTHING
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, fail, warn
from azext_iotdiag.model.network import Invented, Resolved


@check("A name that does not exist has no address")
def resolver_honest(invented_names: Fact[Invented], resolved: Resolved | None = None) -> Iterator[Finding]:
    """One domain may answer for all its names. Names in two domains tell of the name service.

    The host shares the address of a name that does not exist: then it is a fault. Otherwise it is a warning.
    """
    invented = invented_names.value
    if invented is None or not all(invented.addresses):
        return
    given = {address for each in invented.addresses for address in each}
    shared = sorted(given & set(resolved.addresses if resolved is not None else ()))
    say = fail if shared else warn
    also = ", as it does for the host" if shared else ""
    yield say(
        DNS_ANSWERS_EVERYTHING,
        f"{way_states.place_of(invented_names)}, the name service gives {', '.join(shared or sorted(given))} for the "
        f"made-up names {' and '.join(invented.names)}{also}",
        addresses=", ".join(sorted(given)),
        names=", ".join(invented.names),
    )
