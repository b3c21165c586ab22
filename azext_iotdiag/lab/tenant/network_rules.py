"""Whom the network rules of a hub or of a provisioning service keep out, as the resource manager writes such rules.

https://learn.microsoft.com/azure/iot-hub/iot-hub-ip-filtering
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any


def shut_to(properties: Mapping[str, Any], peer: str, *, target: str = "") -> str:
    """Which rule keeps a caller out whose address is `peer` ("address:port"); empty where none does.

    `target` is what is asked of a provisioning service, serviceApi or deviceApi, for which its rules may be meant.
    """
    if properties.get("publicNetworkAccess") == "Disabled":
        return "public network access is disabled"
    address = _address(peer)
    if address is None:
        return ""
    rules = properties.get("networkRuleSets")
    if rules and rules.get("defaultAction") == "Deny":
        if not any(_within(address, rule.get("ipMask", "")) for rule in rules.get("ipRules") or []):
            return "no network rule allows the address, and the default is to deny"
    for rule in properties.get("ipFilterRules") or []:  # the first that fits decides
        meant = rule.get("target") in (None, "all", target)
        if meant and _within(address, rule.get("ipMask", "")):
            rejected = f"the IP filter rule {rule.get('filterName', '')!r} rejects the address"
            return rejected if rule.get("action") == "Reject" else ""
    return ""


def why_malformed(properties: Mapping[str, Any]) -> str:
    """What of the network rules among a resource's properties cannot be such rules; empty where they can."""
    sets = properties.get("networkRuleSets") or {}
    if not isinstance(sets, dict):
        return "networkRuleSets is an object."
    for name, rules in (("ipFilterRules", properties.get("ipFilterRules")), ("ipRules", sets.get("ipRules"))):
        if rules and not (isinstance(rules, list) and all(isinstance(rule, dict) for rule in rules)):
            return f"{name} is an array of objects."
        for rule in rules or []:
            if not isinstance(rule.get("ipMask"), str) or rule.get("action") not in ("Accept", "Reject", "Allow"):
                return f"A rule of {name} has an action and an ipMask."
    return ""


def _address(peer: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(peer.rpartition(":")[0].strip("[]"))
    except ValueError:
        return None


def _within(address: ipaddress.IPv4Address | ipaddress.IPv6Address, mask: str) -> bool:
    try:
        return address in ipaddress.ip_network(mask, strict=False)
    except ValueError:
        return False
