"""A device that was named without a service is known to one hub or application."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.knowledge import registry
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Certainty, Finding, fail, warn, weighed
from azext_iotdiag.model.homes import Home, Homes


@check("One hub or application knows the device")
def device_found(homes: Homes) -> Iterator[Finding]:
    holding = homes.holding
    if len(holding) == 1:
        return
    if holding:
        message = f"{homes.device!r} is known to {' and '.join(map(_told, holding))}"
        raise CouldNotLook(warn(registry.DEVICE_IN_SEVERAL_PLACES, message, device=homes.device, places=len(holding)))
    asked = f"{counted(homes.asked, 'service')} of {counted(homes.subscriptions, 'subscription')}"
    if homes.unseen or not homes.asked:
        message = f"{homes.device!r} was not found; {len(homes.unseen)} of {asked} could not be asked"
        raise CouldNotLook(warn(registry.SEARCH_INCOMPLETE, message, device=homes.device, unseen=len(homes.unseen)))
    message = f"none of the {asked} knows {homes.device!r} on a hub or in an application"
    if homes.found:
        message += f", although {' and '.join(map(_told, homes.found))} does"
    yield weighed(fail(registry.DEVICE_NOWHERE, message, device=homes.device), certainty=Certainty.LIKELY)


def _told(home: Home) -> str:
    state = f" ({home.state})" if home.state else ""
    leads = f", which assigned {home.leads_to}" if home.leads_to else ""
    return f"the {home.where.value} {home.host}{state}{leads}"
