"""A hub of the basic tier has no twins, no methods and no messages to devices."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.admission.hub_serves import hub_serves
from azext_iotdiag.checks.declare import check
from azext_iotdiag.knowledge.hub.forbidden import OPERATION_NOT_AVAILABLE_IN_CURRENT_TIER as NOT_IN_TIER
from azext_iotdiag.model.finding import Finding, fail, warn
from azext_iotdiag.model.goal import Goal
from azext_iotdiag.model.hub_settings import HubSettings
from azext_iotdiag.model.identity import Identity
from azext_iotdiag.model.newest_messages import NewestMessages

_LACKING = (Goal.TWIN, Goal.METHODS, Goal.C2D)


@check("The hub's tier has what is missed", after=(hub_serves,))
def tier_offers(
    hub_settings: HubSettings,
    identity: Identity | None = None,
    newest_messages: NewestMessages | None = None,
    goal: Goal | None = None,
) -> Iterator[Finding]:
    """A client that uses its twin is disconnected there, so that its telemetry does not come, either.

    https://github.com/eclipse-threadx/getting-started/issues/67
    """
    found = hub_settings
    if found.tier.lower() != "basic":
        return
    message = f"{found.host} is of the basic tier ({found.sku}), which has no {_what(goal)}"
    if goal in _LACKING:
        yield fail(NOT_IN_TIER, message, hub=found.host, sku=found.sku)
    elif identity is not None and identity.last_activity is not None and not _came(newest_messages):
        message += ". A client that asks for its twin, or writes it, is disconnected"
        yield warn(NOT_IN_TIER, message, hub=found.host, sku=found.sku)


def _what(goal: Goal | None) -> str:
    return {Goal.METHODS: "direct methods", Goal.C2D: "cloud-to-device messages"}.get(goal or Goal.TWIN, "twins")


def _came(newest: NewestMessages | None) -> bool:
    return newest is not None and newest.came is not None
