"""A group of devices in a diagnosis: what its members share, when they went, and what changed before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from azext_iotdiag.model.changes import Changes, HistoryChange
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.facts import Facts
from azext_iotdiag.model.group import Group
from azext_iotdiag.model.group_log import GroupLog, all_shares
from azext_iotdiag.model.shares import Share, telling
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.render.event import printable

_MOST_CHANGES = 5  # before the common last sign
_HOW = (
    "A share is listed where half of the group has it, and the difference from the others is over 20 points. Chance "
    "alone brings it in less than 1 of 100 groups."
)


def whose(subject: str, facts: Facts) -> str:
    """What the answer is about, where no single device was named. `subject` is what is missed, such as Data."""
    group = _group(facts)
    return f"{subject} of {counted(group.devices, 'device')}" if group is not None and group.devices else subject


def well(facts: Facts) -> str:
    """What is added to the answer where no fault was seen."""
    group = _group(facts)
    if group is None:
        return ""
    if group.of_quiet and not group.devices:
        unsure = f" {counted(group.unsure, 'device')} may be: the hub does not say." if group.unsure else ""
        return f" No device is quiet since {written(group.quiet_since or 0)}.{unsure}"
    return f" {group.connected:,} of {counted(group.devices, 'device')} of the group are connected."


def lines(facts: Facts) -> Iterator[str]:
    """The group for a person; nothing where no group was asked for."""
    group = _group(facts)
    if group is None or not group.devices:
        return
    fleet = f" of {counted(group.fleet, 'device')}" if group.fleet is not None else ""
    states = f"{group.connected:,} connected, {group.disabled:,} disabled, {group.never:,} never seen"
    unsure = f"; of {group.unsure:,} more it is not known whether they are quiet" if group.unsure else ""
    yield f"The group: {group.devices:,}{fleet}; {states}{unsure}."
    found = telling(all_shares(group, _log(facts)))
    yield from (printable(_line(share)) for share in found)
    yield from (
        printable(f"  {each.name} = {each.value}: {each.part:.0%}; others not counted") for each in group.uncounted
    )
    yield _HOW if found else f"The devices have nothing in common that the others do not have. {_HOW}"
    yield printable(_logged(group, facts))
    if group.first is not None and group.last is not None:
        span = f"between {written(group.first)} and {written(group.last)}"
        yield f"Common last sign: {group.together:,} of {group.devices:,} {span}."
    yield from (printable(line) for line in _changes(group, facts))


def data(facts: Facts) -> dict[str, Any]:
    """The group as a part of the diagnosis's JSON; nothing where no group was asked for."""
    group = _group(facts)
    if group is None:
        return {}
    found = telling(all_shares(group, _log(facts)))
    return {"group": {
        "hub": group.hub,
        "query": group.query or None,
        "quietSince": None if group.quiet_since is None else written(group.quiet_since),
        "devices": group.devices,
        "unsure": group.unsure,
        "connected": group.connected,
        "disabled": group.disabled,
        "neverSeen": group.never,
        "fleet": group.fleet,
        "shares": [_share(each) for each in found],
        "notCounted": [_share(each) for each in group.uncounted],
        "resourceLog": _log_data(group, facts),
        "commonLastSign": None if group.first is None or group.last is None else {
            "first": written(group.first), "last": written(group.last), "devices": group.together,
        },
        "changesBefore": [
            {"time": written(each.at), "source": each.source.value, "what": each.what, "who": each.who or None}
            for each in _earlier(group, facts)
        ],
        "examples": list(group.examples),
        "queries": group.calls,
    }}  # fmt: skip


def _group(facts: Facts) -> Group | None:
    fact = facts.get("group")
    return fact.value if fact is not None else None


def _log(facts: Facts) -> GroupLog | None:
    fact = facts.get("group_log")
    return fact.value if fact is not None else None


def _unlooked(group: Group, facts: Facts) -> str:
    """Why SDK versions and addresses were not looked at; empty where they were."""
    fact = facts.get("group_log")
    if fact is not None and fact.value is not None:
        return ""
    if group.of_part:
        return "The resource log does not tell which devices the query picks."
    if group.devices < 2:
        return "Only groups of two devices and more are compared."
    if fact is None:
        return "They are in the hub's resource log, which --hub-name and az's login open."
    if fact.failure is not None:
        said = (fact.failure.description or fact.failure.kind.value).removesuffix(".")
        return f"The resource log could not be read: {said}."
    return "No diagnostic setting sends the category Connections to a workspace: az iot diag logs enable."


def _logged(group: Group, facts: Facts) -> str:
    """What the resource log says of the group, or that it was not looked at."""
    log = _log(facts)
    if log is None:
        return f"SDK versions and addresses were not looked at. {_unlooked(group, facts)}"
    partial = f" Rows are missing: {log.partial}" if log.partial else ""
    return (
        f"The resource log since {written(log.since)} has SDK versions and addresses of {log.devices:,} of "
        f"{counted(group.devices, 'device')}, and of {log.others:,} others.{partial}"
    )


def _log_data(group: Group, facts: Facts) -> dict[str, Any]:
    log, why = _log(facts), _unlooked(group, facts)
    return {
        "looked": log is not None,
        "why": why or None,
        "since": written(log.since) if log is not None else None,
        "until": written(log.until) if log is not None else None,
        "devices": log.devices if log is not None else None,
        "others": log.others if log is not None else None,
        "partial": (log.partial or None) if log is not None else None,
    }


def _line(share: Share) -> str:
    others = f"{share.others:,} of {share.rest:,} others ({share.part_of_rest:.0%})"
    return f"  {share.name} = {share.value}: {share.times:,} of {share.of:,} ({share.part:.0%}), {others}"


def _share(share: Share) -> dict[str, Any]:
    return {
        "name": share.name, "value": share.value, "devices": share.times, "of": share.of, "others": share.others,
        "ofOthers": share.rest,
    }  # fmt: skip


def _earlier(group: Group, facts: Facts) -> list[HistoryChange]:
    """What changed before the common last sign, the latest first."""
    changes = _known(facts)
    if changes is None or group.last is None:
        return []
    return [each for each in changes.listed if each.at <= group.last]


def _known(facts: Facts) -> Changes | None:
    fact = facts.get("changes")
    return fact.value if fact is not None else None


def _changes(group: Group, facts: Facts) -> Iterator[str]:
    changes = _known(facts)
    if group.last is None:
        return
    if changes is None:
        yield "What changed before that is not known. It is shown with --hub-name and az's login."
        return
    earlier = _earlier(group, facts)
    yield "Changed in the day before that:" if earlier else "No change is known in the day before that."
    for each in earlier[:_MOST_CHANGES]:
        who = f" by {each.who}" if each.who else ""
        yield f"  {written(each.at)} {each.source.value}: {each.what}{who}"
    if len(earlier) > _MOST_CHANGES:
        hub = group.hub.partition(".")[0]
        yield f"  {len(earlier) - _MOST_CHANGES} more: az iot diag changes show --hub-name {hub}"
    unread = ", ".join(part.source.value for part in changes.unread)
    if unread:
        yield f"Not read: {unread}."
