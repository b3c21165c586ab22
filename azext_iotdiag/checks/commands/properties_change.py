"""Where changes of properties are waited for, there are some to be seen."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.commands.properties_readable import properties_readable
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.assignment import PROPERTIES_UNCHANGED
from azext_iotdiag.model.change import WatchedProperties
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Certainty, Finding, fail


@check("The properties of the device change", after=(properties_readable,), at_most=Certainty.LIKELY)
def properties_change(watched: WatchedProperties) -> Iterator[Finding]:
    if not watched.looks or (watched.changed and watched.count is None) or watched.changed == watched.count:
        return
    asked = f" of {watched.count}" if watched.count is not None else ""
    yield fail(
        PROPERTIES_UNCHANGED,
        f"in {watched.seconds:.0f} s {watched.device} was looked at {counted(watched.looks, 'time')}, "
        f"and {watched.changed}{asked} changes were seen",
        looks=watched.looks,
        changed=watched.changed,
    )
