"""A provisioning service uses the certificate of an authority once that is verified, and until it ends."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import check
from azext_iotdiag.checks.provisioning.dps_serves import dps_serves
from azext_iotdiag.knowledge.dps.settings import DPS_AUTHORITY_NOT_USABLE
from azext_iotdiag.model.authorities import Authority
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.dps import ProvisioningAsked
from azext_iotdiag.model.finding import Finding, warn


@check("The certificates of authorities are verified and current", after=(dps_serves,))
def authorities_usable(
    dps_authorities: tuple[Authority, ...], provisioning: ProvisioningAsked, now: float
) -> Iterator[Finding]:
    """A certificate may be left over beside others that are usable. The registration tells whether it is missed."""
    unusable = [each for each in dps_authorities if not each.verified or _has_ended(each, now)]
    if unusable:
        names = ", ".join(f"{each.name} ({'ended' if each.verified else 'not verified'})" for each in unusable[:3])
        message = f"{provisioning.host} holds {counted(len(unusable), 'certificate')} that it does not use: {names}"
        yield warn(DPS_AUTHORITY_NOT_USABLE, message, dps=provisioning.host, unusable=len(unusable))


def _has_ended(authority: Authority, now: float) -> bool:
    return authority.expires is not None and authority.expires <= now * 1000
