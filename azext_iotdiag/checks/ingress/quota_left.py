"""A hub whose daily quota is used up takes no message until midnight UTC."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.knowledge.hub.forbidden import IOT_HUB_QUOTA_EXCEEDED
from azext_iotdiag.knowledge.hub.settings import QUOTA_ENDS_SOON
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Certainty, Finding, When, fail, weighed
from azext_iotdiag.model.hub_settings import Quota

NEARLY = 0.9  # of the day's messages


@check("The hub has messages left of its daily quota")
def quota_left(quota: Fact[Quota]) -> Iterator[Finding]:
    if quota.failure is not None:
        raise CouldNotLook(obstacle(Service.MANAGER, quota.failure))
    found = quota.value
    if found is None or found.share < NEARLY:
        return
    message = f"{found.messages:,} of {found.most_messages:,} messages of this UTC day are used"
    numbers = {"messages": found.messages, "most": found.most_messages}
    if found.share >= 1:
        used_up = fail(IOT_HUB_QUOTA_EXCEEDED, message, **numbers)
        yield weighed(used_up, certainty=Certainty.LIKELY)  # a device that is off sends nothing, either
    else:
        yield weighed(fail(QUOTA_ENDS_SOON, message, **numbers), when=When.COMING)
