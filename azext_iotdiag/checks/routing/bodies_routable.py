"""A route that looks into the body of messages takes none that do not say that they are JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.hub.routing import INVALID_CONTENT_ENCODING_OR_TYPE
from azext_iotdiag.model.finding import Certainty, Finding, warn
from azext_iotdiag.model.hub_settings import HubSettings
from azext_iotdiag.model.newest_messages import NewestMessages

_BODY = re.compile(r"\$body\b", re.IGNORECASE)


@check("Routes can look into the bodies of messages", at_most=Certainty.LIKELY)
def bodies_routable(hub_settings: HubSettings, newest_messages: NewestMessages) -> Iterator[Finding]:
    """A warning, because the messages that were seen came to the built-in endpoint."""
    sample = newest_messages.sample
    looking = [each for each in hub_settings.routes if each.takes_telemetry and _BODY.search(each.condition)]
    if sample is None or not looking or sample.marked == sample.messages:
        return
    unmarked = sample.messages - sample.marked
    names = " and ".join(repr(each.name) for each in looking[:3])
    yield warn(
        INVALID_CONTENT_ENCODING_OR_TYPE,
        f"{unmarked} of the last {sample.messages} messages of {newest_messages.device!r} are not marked as JSON in "
        f"UTF-8. The condition of {names} on the body does not match them",
        route=looking[0].name, unmarked=unmarked, messages=sample.messages,
    )  # fmt: skip
