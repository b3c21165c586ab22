"""Where a device is known, in a diagnosis that began without a service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.homes import Homes
from azext_iotdiag.render.event import printable

_MOST_UNSEEN = 5


def lines(facts: Facts) -> Iterator[str]:
    """The services that know the device, and those that could not be asked; nothing where a service was named."""
    homes = _homes(facts)
    if homes is None:
        return
    yield (
        f"Looked on {counted(homes.asked, 'service')} of {counted(homes.subscriptions, 'subscription')}, listed by "
        f"{homes.listed}. A service that was made in the last minutes may not be on the list."
    )
    for each in homes.found:
        state = f": {each.state}" if each.state else ""
        leads = f", assigned to {each.leads_to}" if each.leads_to else ""
        yield printable(f"  {each.where.value} {each.host}{state}{leads}")
    for unseen in homes.unseen[:_MOST_UNSEEN]:
        yield printable(f"  Not asked: {unseen.host}. {unseen.why}")
    if len(homes.unseen) > _MOST_UNSEEN:
        yield f"  Not asked: {len(homes.unseen) - _MOST_UNSEEN} more, which -o json shows."


def data(facts: Facts) -> dict[str, Any]:
    """The same as a part of the diagnosis's JSON; nothing where a service was named."""
    homes = _homes(facts)
    if homes is None:
        return {}
    return {"homes": {
        "asked": homes.asked,
        "subscriptions": homes.subscriptions,
        "listedBy": homes.listed,
        "found": [
            {"kind": each.where.name.lower(), "host": each.host, "resourceGroup": each.group or None,
             "subscription": each.subscription or None, "state": each.state or None,
             "assignedHub": each.leads_to or None}
            for each in homes.found
        ],
        "notAsked": [
            {"kind": each.where.name.lower(), "host": each.host, "why": each.why} for each in homes.unseen
        ],
    }}  # fmt: skip


def _homes(facts: Facts) -> Homes | None:
    fact = facts.get("homes")
    return fact.value if fact is not None else None
