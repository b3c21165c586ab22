"""Shared access policies of a hub and of a provisioning service, as the resource manager shows and sets them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from typing import Any

from azext_iotdiag.credential import sas
from azext_iotdiag.lab.hub.identities import Policy
from azext_iotdiag.lab.tenant.arm.answers import Refusal
from azext_iotdiag.model.target import Secret


def read(rows: Any, known: dict[str, Policy], rights: Sequence[str]) -> dict[str, Policy]:
    """The policies that were sent; keys that are missing are made anew, as the service does it. Raises Refusal.

    `known` are those that stay where none were sent, `rights` those that a policy may have.
    """
    made: dict[str, Policy] = {}
    if rows is None:
        return known
    if not isinstance(rows, list):
        raise Refusal(400, "InvalidRequestContent", "'authorizationPolicies' is an array.")
    for row in rows:
        if not isinstance(row, dict) or not row.get("keyName"):
            raise Refusal(400, "InvalidRequestContent", "A policy has a keyName and rights.")
        given = frozenset(part.strip() for part in str(row.get("rights", "")).split(",") if part.strip())
        if not given or given - set(rights):
            raise Refusal(400, "InvalidRequestContent", f"The rights of a policy are some of {', '.join(rights)}.")
        name = str(row["keyName"])
        made[name] = Policy(name, given, _key(row.get("primaryKey")), _key(row.get("secondaryKey")))
    return made or known


def keys(policy: Policy, rights: Sequence[str]) -> dict[str, str]:
    """A policy with its keys."""
    return {
        "keyName": policy.name,
        "primaryKey": policy.primary.reveal(),
        "secondaryKey": policy.secondary.reveal(),
        "rights": ", ".join(right for right in rights if right in policy.rights),
    }


def _key(text: Any) -> Secret:
    if not text:
        return Secret(base64.b64encode(secrets.token_bytes(32)).decode("ascii"))
    try:
        sas.iothub_key(str(text))
    except sas.MalformedKey as error:
        raise Refusal(400, "InvalidRequestContent", str(error)) from error
    return Secret(str(text))
