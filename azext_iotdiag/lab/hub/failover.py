"""A failover of a hub: it goes on in its other region, and leaves behind what does not come along."""

from __future__ import annotations

from azext_iotdiag.lab.hub.refusal import MISTAKE
from azext_iotdiag.lab.hub.runtime import Runtime


def fail_over(runtime: Runtime) -> None:
    """Move a hub at work to its other region.

    Devices are disconnected. Those who read the built-in endpoint are not: they stay linked to what no longer gets
    messages, and meet an error when they connect again.
    """
    hub = runtime.hub
    hub.fail_over(int(runtime.clock() * 1000))
    runtime.readers = {}
    for session in tuple(runtime.sessions.values()):
        session.end(MISTAKE, "the hub moved to its other region")
    moved = f"the built-in endpoint is {hub.stream.host}/{hub.stream.entity} from now on"
    runtime.record("hub", "failover", "accepted", who=hub.name, reason=moved)
