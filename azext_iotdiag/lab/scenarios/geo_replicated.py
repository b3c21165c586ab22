"""A hub whose namespace is geo-replicated: readers must take the offsets of its messages as opaque texts."""

from __future__ import annotations

from azext_iotdiag.lab.scenarios.healthy_site import pump
from azext_iotdiag.lab.scenarios.scenario import Resident, Scenario

SCENARIO = Scenario(
    "geo-replicated",
    "two pumps of a hub with a geo-replicated namespace, whose offsets are opaque texts",
    (
        Resident("spare-1", "is there for you to play", connects=False),
        *(pump(number, "north") for number in (1, 2)),
    ),
    geo_replicated=True,
)
