"""The consumer groups of a hub's built-in endpoint, as the resource manager shows them."""

from __future__ import annotations

from azext_iotdiag.model.facts import Facts
from azext_iotdiag.probes import manager
from azext_iotdiag.probes.context import Context
from azext_iotdiag.probes.readings import text

_STEP = "the consumer groups of the hub"


def measure(context: Context, end: float, facts: Facts) -> tuple[str, ...]:
    """Their names, sorted. Raises StepFailed."""
    with manager.asked(context, _STEP) as (arm, id_):
        path = f"{manager.path_of(id_)}/eventHubEndpoints/events/ConsumerGroups"
        return tuple(sorted(text(row, "name") for row in arm.rows(path, manager.HUB_VERSION, _STEP)))
