"""A provisioning service can assign a device only to a hub that is linked and takes part in the allocation."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.provisioning.dps_serves import dps_serves
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.dps.settings import HUB_NOT_LINKED, NO_HUB_LINKED
from azext_iotdiag.model.dps_settings import DpsSettings
from azext_iotdiag.model.finding import Certainty, Finding, warn
from azext_iotdiag.model.identity import Identity


@check("The provisioning service has a hub for the device", after=(dps_serves,))
def hubs_linked(dps_settings: DpsSettings, now: float, identity: Identity | None = None) -> Iterator[Finding]:
    """A namespace of the Device Registry may link further hubs, so that an empty list is never sure to be a fault."""
    found, able = dps_settings, [hub.host for hub in dps_settings.hubs if hub.takes_part]
    if not able:
        how = "no linked hub" if not found.hubs else "no linked hub that takes part in the allocation"
        none = warn(NO_HUB_LINKED, f"{found.host} shows {how}", dps=found.host, hubs=len(found.hubs))
        yield of_setting(none, now, Certainty.LIKELY)
    elif identity is not None and identity.hub.lower() not in able:
        message = f"{identity.hub} is not among the hubs that {found.host} assigns devices to: {', '.join(able[:5])}"
        yield of_setting(warn(HUB_NOT_LINKED, message, dps=found.host, hub=identity.hub), now, Certainty.LIKELY)
