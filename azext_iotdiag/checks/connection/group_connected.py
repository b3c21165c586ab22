"""The devices of a group are connected, or the hub hears of them. What they share tells where to look."""

from __future__ import annotations

from collections.abc import Iterator

from azext_iotdiag.checks.declare import CouldNotLook, check
from azext_iotdiag.checks.failures import Service, obstacle
from azext_iotdiag.knowledge import registry
from azext_iotdiag.model.changes import Changes
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.facts import Fact
from azext_iotdiag.model.finding import Certainty, Entry, Finding, fail, weighed
from azext_iotdiag.model.group import Group
from azext_iotdiag.model.group_log import GroupLog, all_shares
from azext_iotdiag.model.shares import Share, telling
from azext_iotdiag.model.timestamps import written

_MOST_SHARES = 3
_STATES = {"disabled": registry.DEVICE_DISABLED, "not connected": registry.GROUP_QUIET}


@check("The devices of the group are connected")
def group_connected(
    group: Fact[Group], changes: Changes | None = None, group_log: GroupLog | None = None
) -> Iterator[Finding]:
    if group.failure is not None:
        raise CouldNotLook(obstacle(Service.HUB, group.failure))
    found = group.value
    if found is None:
        return
    shares = all_shares(found, group_log)
    if found.of_quiet:
        if found.devices:
            yield _finding(registry.GROUP_QUIET, found, _quiet(found), shares, changes)
        return
    if not found.devices:
        yield fail(
            registry.QUERY_PICKS_NOBODY, f"{found.hub} answered with no device to: {found.query}", query=found.query
        )
        return
    for share in telling(list(found.shares)):  # the log of other devices changes no verdict
        if share.name == "state":
            yield _finding(_STATES[share.value], found, _state(found, share), shares, changes)


def shared(shares: list[Share]) -> list[Share]:
    """What tells the devices of a group from the rest, beside their state."""
    return [each for each in telling(shares) if each.name != "state"]


def _finding(entry: Entry, group: Group, what: str, shares: list[Share], changes: Changes | None) -> Finding:
    parts = [what]
    if group.first is not None and group.last is not None:
        parts.append(
            f"{group.together:,} of them were heard of last between {written(group.first)} and {written(group.last)}"
        )
    parts += [share_text(share) for share in shared(shares)[:_MOST_SHARES]]
    last = group.last
    earlier = [each for each in changes.listed if each.at <= last] if changes is not None and last is not None else []
    if earlier:
        newest = earlier[0]
        who = f" by {newest.who}" if newest.who else ""
        parts.append(f"Before that, at {written(newest.at)}: {newest.what}{who}")
    found = fail(
        entry, ". ".join(parts), devices=group.devices, together=group.together, changes=len(earlier),
        shares=len(shared(shares)),
    )  # fmt: skip
    return weighed(found, certainty=Certainty.LIKELY)


def share_text(share: Share) -> str:
    """A share, as a text says it."""
    rest = f"{share.part_of_rest:.0%} of the {share.rest:,} others" if share.rest else "there are no others"
    return f"{share.name} is {share.value!r} for {share.part:.0%} of them, and for {rest}"


def _quiet(group: Group) -> str:
    since = written(group.quiet_since or 0)
    verb = "is" if group.devices == 1 else "are"
    return f"{counted(group.devices, 'device')} of {group.hub} {verb} not connected and quiet since {since}"


def _state(group: Group, share: Share) -> str:
    return (
        f"{share.times:,} of {counted(group.devices, 'device')} of the group are {share.value}, and "
        f"{share.part_of_rest:.0%} of the {share.rest:,} others"
    )
