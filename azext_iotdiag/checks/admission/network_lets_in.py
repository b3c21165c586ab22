"""The network settings of a hub may keep a device's address out."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.hub_serves import hub_serves
from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.hub.settings import ADDRESSES_RESTRICTED, PUBLIC_ACCESS_OFF
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Certainty, Finding, fail, warn
from azext_iotdiag.model.hub_settings import HubSettings


@check("The hub's network settings let devices in", after=(hub_serves,))
def network_lets_in(hub_settings: HubSettings, now: float) -> Iterator[Finding]:
    found = hub_settings
    if not found.public_access:
        private = "has an approved private endpoint" if found.has_private_endpoint else "has no private endpoint"
        message = f"Public network access of {found.host} is off, and the hub {private}"
        say = warn if found.has_private_endpoint else fail  # a device behind that endpoint is let in
        yield of_setting(say(PUBLIC_ACCESS_OFF, message, hub=found.host, private=found.has_private_endpoint), now)
    elif found.denies_by_default and not found.address_rules and not found.has_private_endpoint:
        message = f"{found.host} denies all addresses by default, and no rule allows one"
        yield of_setting(fail(ADDRESSES_RESTRICTED, message, hub=found.host, rules=0), now)
    elif found.denies_by_default or found.address_rules:
        how = "lets in only" if found.denies_by_default else "has"
        message = f"{found.host} {how} {counted(found.address_rules, 'address rule')}"
        yield of_setting(
            warn(ADDRESSES_RESTRICTED, message, hub=found.host, rules=found.address_rules), now, Certainty.LIKELY
        )
