"""Each cloud of Azure chains to certain roots. They are known by their fingerprints."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks import way_states
from azext_iotdiag.checks.declare import DoesNotApply, check
from azext_iotdiag.knowledge.interference import ROOT_UNEXPECTED
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, warn
from azext_iotdiag.model.network import Cloud, HostKind, NetworkAsked, Way

_OF_IOT = frozenset({HostKind.HUB, HostKind.DPS})


@check("The root certificate belongs to this cloud")
def root_fits_cloud(network_asked: NetworkAsked, ways: Fact[tuple[Way, ...]]) -> Iterator[Finding]:
    """A root that is not in the list is no fault: Azure may change it, and a public authority vouches for it."""
    if network_asked.kind not in _OF_IOT or network_asked.cloud is Cloud.UNKNOWN:
        raise DoesNotApply("network_asked")
    roots = {way.handshake.root.sha1 for way in ways.value or () if way.handshake and way.handshake.root}
    if not roots:
        raise DoesNotApply("ways")
    for print_ in sorted(roots & set(way_states.ROOTS)):
        root = way_states.ROOTS[print_]
        if network_asked.cloud not in root.clouds:
            yield warn(
                ROOT_UNEXPECTED,
                f"{way_states.place_of(ways)}, the chain of {network_asked.host} ends in {root.name}, "
                f"which is not expected in the {network_asked.cloud.value} cloud",
                host=network_asked.host,
                root=root.name,
                sha1=print_,
            )
