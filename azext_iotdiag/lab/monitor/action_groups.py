"""Action groups: who is told when a rule fires.

https://learn.microsoft.com/rest/api/monitor/action-groups/create-or-update
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from azext_iotdiag.lab.net import bindings

LONGEST_SHORT_NAME = 12
_RECEIVERS = (
    "emailReceivers", "smsReceivers", "webhookReceivers", "itsmReceivers", "azureAppPushReceivers",
    "automationRunbookReceivers", "voiceReceivers", "logicAppReceivers", "azureFunctionReceivers", "armRoleReceivers",
    "eventHubReceivers",
)  # fmt: skip
EMPTY = {name: [] for name in _RECEIVERS}


class Webhook(NamedTuple):
    """A receiver that is sent a POST. `common` says that it wants the common alert schema."""

    name: str
    uri: str
    common: bool


class ActionGroup(NamedTuple):
    """An action group; `others` is the number of receivers that are no webhooks."""

    enabled: bool
    webhooks: tuple[Webhook, ...]
    others: int


def read(properties: Mapping[str, Any]) -> ActionGroup:
    """The group of these properties. Raises ValueError, with what is wrong."""
    short = properties.get("groupShortName")
    if not isinstance(short, str) or not 1 <= len(short) <= LONGEST_SHORT_NAME:
        raise ValueError(f"'groupShortName' is a text of 1 to {LONGEST_SHORT_NAME} characters")
    found = {name: _receivers(properties.get(name) or [], name) for name in _RECEIVERS}
    names = [row["name"] for rows in found.values() for row in rows]
    if len({name.lower() for name in names}) < len(names):
        raise ValueError("two receivers have one name")
    for row in found["emailReceivers"]:
        if "@" not in str(row.get("emailAddress") or ""):
            raise ValueError(f"'emailAddress' of the receiver '{row['name']}' is no address")
    webhooks = tuple(_webhook(row) for row in found["webhookReceivers"])
    enabled = bindings.truth(properties.get("enabled"), "'enabled'") is not False
    return ActionGroup(enabled, webhooks, len(names) - len(webhooks))


def _receivers(rows: Any, kind: str) -> list[Mapping[str, Any]]:
    if not isinstance(rows, list):
        raise ValueError(f"'{kind}' is an array")
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("name"), str) or not row["name"]:
            raise ValueError(f"each of '{kind}' is an object with a name")
    return rows


def _webhook(row: Mapping[str, Any]) -> Webhook:
    uri = row.get("serviceUri")
    if not isinstance(uri, str) or not uri.startswith(("http://", "https://")):
        raise ValueError(f"'serviceUri' of the receiver '{row['name']}' is no address of the web")
    return Webhook(row["name"], uri, bindings.truth(row.get("useCommonAlertSchema"), "'useCommonAlertSchema'") is True)
