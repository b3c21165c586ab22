"""Many devices: a row for each, or their counts by status, as data and as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.model.fleet import Fleet, Row
from azext_iotdiag.model.timestamps import written
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

WIDTHS = {"Device": 20, "Status": 20, "LastActivity": 20}


def row(each: Row, entry: Entry) -> dict[str, Any]:
    """A device of a list, as -o json shows it."""
    seen = each.identity
    told = {
        "device": seen.device,
        "status": entry.code,
        "statusReason": seen.status_reason or None,
        "lastActivity": None if seen.last_activity is None else written(seen.last_activity),
        "authentication": seen.authentication or None,
        "model": seen.model or None,
        "edge": seen.edge,
    }
    return told if each.sure else {**told, "quiet": "unknown"}


def line(told: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a table and for people; a row of another service is shown as it is."""
    if "lastActivity" not in told:
        return {name[:1].upper() + name[1:]: value for name, value in told.items()}
    return {
        "Device": told["device"],
        "Status": told["status"],
        "LastActivity": told["lastActivity"] or "never",
        "Authentication": told["authentication"] or "",
        "Model": told["model"] or "",
        "Note": told["statusReason"] or told.get("quiet", ""),
    }


def groups(fleet: Fleet, entries: Mapping[str, Entry]) -> Iterator[dict[str, Any]]:
    """The statuses with their numbers, the usual ones first."""
    for name, count in (
        ("connected", fleet.connected),
        ("disconnected", fleet.disconnected),
        ("never-connected", fleet.never),
        ("disabled", fleet.disabled),
    ):
        entry = entries[name]
        yield {
            "status": entry.code,
            "title": entry.title,
            "count": count,
            "examples": [
                {"device": each.device, "reason": each.status_reason or None} for each in fleet.examples.get(name, ())
            ],
            "mitigation": [step for cause in entry.causes for step in cause.mitigation] if count else [],
        }


def data(fleet: Fleet, entries: Mapping[str, Entry]) -> dict[str, Any]:
    """Counts of a hub's devices."""
    return {
        "version": results.VERSION,
        "hub": fleet.hub,
        "devices": fleet.total,
        "connection": list(groups(fleet, entries)),
        "template": [{"model": name or None, "count": count} for name, count in _sorted(fleet.models)],
        "authentication": [{"type": name or None, "count": count} for name, count in _sorted(fleet.authentication)],
        "calls": fleet.calls,
        "notCounted": {what: failure.description or failure.kind.value for what, failure in fleet.failures.items()},
    }


def lines(fleet: Fleet, entries: Mapping[str, Entry], condition: str, known: Known) -> Iterator[str]:
    """The same for a person: only what is not as usual is told at length; what is `known` stands in the commands."""
    which = " that the query picks" if condition else ""
    states = (
        (fleet.connected, "connected"),
        (fleet.disconnected, "disconnected"),
        (fleet.never, "never connected"),
        (fleet.disabled, "disabled"),
    )
    told_counts = ", ".join(f"{_number(count)} {name}" for count, name in states)
    mark = "?" if fleet.total is None else "!" if fleet.never or fleet.disabled else "√"
    counted_devices = "Not all could be counted of the" if fleet.total is None else f"{fleet.total:,}"
    yield f"{mark} {counted_devices} devices{which} in {fleet.hub}: {told_counts}"
    yield ""
    told, by_code = list(groups(fleet, entries)), {entry.code: entry for entry in entries.values()}
    widest = max(len(_number(each["count"])) for each in told)
    for each in told:
        yield f"  {_number(each['count']):>{widest}}  {each['title']} [{each['status']}]"
    for heading, counts in (("By model", fleet.models), ("By authentication", fleet.authentication)):
        if counts:
            yield ""
            yield f"{heading}: " + ", ".join(f"{name or 'none'} {count:,}" for name, count in _sorted(counts)[:10])
    for each in told:
        if each["examples"]:
            yield ""
            yield f"× {each['title']} [{each['status']}]: {_number(each['count'])}"
            for example in each["examples"]:
                reason = f": {example['reason']}" if example["reason"] else ""
                yield printable(f"    {example['device']}{reason}")
            if (each["count"] or 0) > len(each["examples"]):
                yield f"    … all of them: {known.command(_ALL[each['status']])}"
            yield from text.causes(by_code[each["status"]], known)
    for what, failure in fleet.failures.items():
        yield printable(f"? {what} could not be counted: {failure.description or failure.kind.value}")
    yield ""
    yield (
        f"Counted by {counted(fleet.calls, 'request')}. The hub counts from what its queries see, which may lag by "
        "minutes; connections by up to five more."
    )


def table(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `-o table` and `-o tsv` of a summary: all devices, then the counts on each axis."""
    whose = result.get("hub") or result.get("app") or result.get("dps")
    rows = [_counted_row("all", "", result["devices"], str(whose))]
    for axis, name in (("connection", "status"), ("template", ""), ("authentication", "type"), ("group", "group")):
        for each in result.get(axis, ()):
            value = each[name] if name else each.get("model") or each.get("template")
            rows.append(_counted_row(axis, value or "none", each["count"], each.get("title", "")))
    return rows


def _counted_row(axis: str, value: str, count: int | None, title: str) -> dict[str, Any]:
    return {"Axis": axis, "Value": value, "Count": count, "Title": title}


_ALL = {
    "device-disabled": "az iot diag device list --login @hub.txt --status disabled",
    "device-never-seen": "az iot diag device list --login @hub.txt --status never-connected",
}


def estimate(total: int | None, calls: int, seconds: float, rate: int, *, filtered: bool) -> str:
    """The line that says before a long reading what it takes.

    Args:
        total: How many devices the hub has, None where it does not tell.
        calls: Queries for all of them, where the hub fills each page.
        seconds: How long the pace holds these back. The answers take time as well, less than a minute in all.
        rate: Queries a minute.
        filtered: Whether the hub leaves some devices out, so that it may be less.
    """
    if total is None:
        return f"Reading the devices at {rate} queries a minute; the hub does not say how many there are."
    minutes = int(seconds // 60)
    span = f"{minutes} to {minutes + 1} min" if minutes else "less than a minute"
    many = counted(calls, "query", "queries")
    if filtered:
        return (
            f"Reading from {counted(total, 'device')}: up to about {many}, up to about {minutes + 1} min "
            f"at {rate} queries a minute."
        )
    return f"Reading {counted(total, 'device')}: about {many}, {span} at {rate} queries a minute."


def progress(read: int, total: int | None, shown: int) -> str:
    """The line that says how far a reading is."""
    return f"{read:,}{f' of {total:,}' if total else ''} read, {shown:,} shown."


def quiet(count: int, unsure: int) -> str:
    """The line that says how many devices are quiet."""
    more = f", {unsure:,} unknown (they may use HTTPS or a gateway)" if unsure else ""
    return f"{count:,} quiet{more}."


def shared(told: Sequence[Any], uncounted: Sequence[Any]) -> Iterator[str]:
    """What tells quiet devices from the others, for people.

    `told` are `insights.shared.Compared`; `uncounted` are traits that the hub did not count among the others.
    """
    if told:
        yield "What the quiet devices share, and the others do not, most telling first:"
    for each in told:
        trait = each.trait
        others = f"{each.others:,} of {each.other_devices:,} others" if each.other_devices else "there are no others"
        yield printable(f"  {trait.name} = {trait.value}: {trait.times:,} of {trait.of:,} quiet, {others}")
    for trait in uncounted:
        yield printable(f"  {trait.name} = {trait.value}: {trait.times:,} of {trait.of:,} quiet; others not counted")
    if not told and not uncounted:
        yield "The quiet devices have nothing in common that the others do not have."


def _sorted(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: -pair[1])


def _number(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"
