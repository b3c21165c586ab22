"""A hub that fails over, is suspended or is being made lets no device in, and nothing behind it can be judged."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.checks.settings import of_setting
from azext_iotdiag.knowledge.hub.settings import HUB_NOT_ACTIVE, OTHER_PROFILE
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Certainty, Finding, fail, warn, weighed
from azext_iotdiag.model.hub_settings import HubSettings

_CLASSIC = ("", "classic")
_CLOSED = ("failingover", "suspended", "deleting", "deleted")  # in any other state a hub may go on serving devices


@check("The hub serves devices")
def hub_serves(hub_settings: Fact[HubSettings], now: float | None = None) -> Iterator[Finding]:
    """A hub that is only being changed may go on serving: what a device did meanwhile shows that it does."""
    if hub_settings.failure is not None:
        raise CouldNotLook(obstacle(Service.MANAGER, hub_settings.failure))
    found = hub_settings.value
    if found is None:
        return
    if not found.is_active:
        away = fail(HUB_NOT_ACTIVE, f"{found.host} is in the state {found.state}", hub=found.host, state=found.state)
        changing = found.state.lower() not in _CLOSED
        yield of_setting(away, now, Certainty.LIKELY) if changing and now is not None else away
    if found.profile.lower() not in _CLASSIC:
        said = warn(
            OTHER_PROFILE,
            f"{found.host} has the connection profile {found.profile!r}, not that of a classic hub",
            hub=found.host,
            profile=found.profile,
        )
        yield weighed(said, certainty=Certainty.LIKELY)
