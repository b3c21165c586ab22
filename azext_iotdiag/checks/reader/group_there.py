"""A reader needs its consumer group, which a failover may lose."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.knowledge.stream import CONSUMER_GROUP_MISSING
from azext_iotdiag.model.access import GroupAsked
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Finding, fail

_MOST_NAMES = 5


@check("The reader's consumer group exists")
def group_there(consumer_groups: Fact[tuple[str, ...]], group_asked: GroupAsked) -> Iterator[Finding]:
    if consumer_groups.failure is not None:
        raise CouldNotLook(obstacle(Service.MANAGER, consumer_groups.failure))
    there = consumer_groups.value or ()
    if group_asked.name.lower() not in map(str.lower, there):
        known = ", ".join(there[:_MOST_NAMES]) or "none"
        message = f"{group_asked.hub} has no consumer group {group_asked.name!r}. Its built-in endpoint has {known}"
        yield fail(CONSUMER_GROUP_MISSING, message, group=group_asked.name, hub=group_asked.hub)
