"""A provisioning service that is not active, or that keeps public addresses out, registers no device."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.dps.settings import DPS_ADDRESSES_RESTRICTED, DPS_NOT_ACTIVE, DPS_PUBLIC_ACCESS_OFF
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.dps import ProvisioningAsked
from azext_iotdiag.model.dps_settings import DpsSettings
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Certainty, Finding, fail, warn


@check("The provisioning service serves devices")
def dps_serves(
    dps_settings: Fact[DpsSettings], now: float, provisioning: ProvisioningAsked | None = None
) -> Iterator[Finding]:
    """A device that has its hub already needs no provisioning: what it does later clears these settings.

    Switched-off public access is a fault for a device that should register, unless a private endpoint lets it in.
    """
    if dps_settings.failure is not None:
        raise CouldNotLook(obstacle(Service.MANAGER, dps_settings.failure))
    found = dps_settings.value
    if found is None:
        return
    if not found.is_active:
        message = f"{found.host} is in the state {found.state}"
        yield of_setting(fail(DPS_NOT_ACTIVE, message, dps=found.host, state=found.state), now)
    if not found.public_access:
        message = f"Public network access of {found.host} is off"
        say = fail if provisioning is not None and provisioning.expected else warn
        yield of_setting(say(DPS_PUBLIC_ACCESS_OFF, message, dps=found.host), now, Certainty.LIKELY)
    elif found.address_rules:
        message = f"{found.host} has {counted(found.address_rules, 'address rule')}"
        restricted = warn(DPS_ADDRESSES_RESTRICTED, message, dps=found.host, rules=found.address_rules)
        yield of_setting(restricted, now, Certainty.LIKELY)
