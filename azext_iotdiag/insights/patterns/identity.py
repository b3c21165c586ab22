"""Clients that take one identity from each other."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from azext_iotdiag.insights.patterns.life import MINUTE, TAKEN_OVER, Life
from azext_iotdiag.insights.patterns.said import length, of_device
from azext_iotdiag.knowledge.patterns import IDENTITY_SHARED
from azext_iotdiag.model.resource_log import Recognised

_FEWEST, _FEWEST_OF_ONE_ADDRESS = 3, 6
_CLOSE = 15 * MINUTE  # between two take-overs: a client that lost its connection comes back within seconds


def shared(life: Life) -> Recognised | None:
    """Take-overs close together that are more than the trace of a bad network."""
    taken = [end.moment for end in life.ends if end.codes & TAKEN_OVER]
    lost = sum(not end.codes & TAKEN_OVER and bool(end.codes) for end in life.ends)
    if len(taken) < _FEWEST or lost > len(taken):
        return None
    apart = median(later - earlier for earlier, later in pairwise(taken))
    if apart > _CLOSE:
        return None
    # The row of an end may name the client that went, so that only those of connects count.
    clients = [(row.shape.address, row.shape.sdk, row.shape.protocol) for row in life.connects]
    changes = sum(one != other for one, other in pairwise(clients))
    several = len(set(clients)) > 1 and changes >= _FEWEST
    if not several and len(taken) < _FEWEST_OF_ONE_ADDRESS:
        return None
    said = (
        "They alternate between " + " and ".join(_told(set(clients)))
        if several
        else ("All connects come from one address with one SDK: a gateway, or a client that was not closed")
    )
    return of_device(
        life,
        IDENTITY_SHARED,
        f"{len(taken)} connections were ended by a newer one of the same device, about {length(apart)} apart. {said}.",
        last=taken[-1],
        takeOvers=len(taken),
        apartSeconds=round(apart / 1000, 1),
        clients=len(set(clients)),
        changes=changes,
    )


def _told(clients: set[tuple[str, str, str]]) -> list[str]:
    """What tells the clients from each other, three of them at most."""
    ordered = sorted(clients)
    differing = [part for part in range(3) if len({client[part] for client in ordered}) > 1]
    return [" ".join(client[part] or "no name" for part in differing) for client in ordered[:3]]
