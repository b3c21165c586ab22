"""The devices of an IoT Central application: a row for each, or their counts, as data and as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from azext_iotdiag.model.central import CentralDevice, CentralFleet
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import Entry
from azext_iotdiag.render import results, text
from azext_iotdiag.render.commands import Known
from azext_iotdiag.render.event import printable

State = tuple[bool, bool]  # provisioned and enabled


def row(each: CentralDevice, entry: Entry) -> dict[str, Any]:
    """A device of a list, as -o json shows it."""
    return {
        "device": each.device,
        "status": entry.code,
        "displayName": each.name or None,
        "template": each.template or None,
        "simulated": each.simulated,
    }


def data(fleet: CentralFleet, entries: Mapping[State, Entry], unassociated: Entry) -> dict[str, Any]:
    """Counts of an application's devices, on both axes."""
    return {
        "version": results.VERSION,
        "app": fleet.app,
        "devices": fleet.total,
        "complete": fleet.failure is None,
        "connection": [
            {
                "status": entry.code,
                "title": entry.title,
                "count": fleet.states.get(state, 0),
                "examples": list(fleet.examples.get(state, ())),
                "mitigation": _steps(entry) if state in fleet.examples else [],
            }
            for state, entry in entries.items()
        ],
        "template": [
            {
                "template": name or None,
                "count": count,
                "examples": [] if name else list(fleet.without_template),
                "mitigation": [] if name else _steps(unassociated),
            }
            for name, count in sorted(fleet.templates.items(), key=lambda pair: -pair[1])
        ],
        "calls": fleet.calls,
    }


def lines(fleet: CentralFleet, entries: Mapping[State, Entry], unassociated: Entry, known: Known) -> Iterator[str]:
    """The same for a person: only what is not as usual is told at length; what is `known` stands in the commands."""
    mark = "?" if fleet.failure is not None else "!" if fleet.examples or fleet.without_template else "√"
    wrong_count = sum(fleet.states.get(state, 0) for state in fleet.examples)
    bare = fleet.templates.get("", 0)
    said = f"{wrong_count:,} not provisioned or blocked, {bare:,} without a template"
    yield f"{mark} {counted(fleet.total, 'device')} in {fleet.app}: {said}"
    yield ""
    for state, entry in entries.items():
        yield f"  {fleet.states.get(state, 0):>8,}  {entry.title} [{entry.code}]"
    if fleet.templates:
        yield ""
        named = sorted(fleet.templates.items(), key=lambda pair: -pair[1])[:10]
        yield printable("By template: " + ", ".join(f"{name or 'none'} {count:,}" for name, count in named))
    wrong = [(entries[state], names) for state, names in fleet.examples.items()]
    if fleet.without_template:
        wrong.append((unassociated, fleet.without_template))
    for entry, names in wrong:
        yield ""
        yield f"× {entry.title} [{entry.code}]"
        yield from (printable(f"    {name}") for name in names)
        yield from text.causes(entry, known)
    yield ""
    yield f"Read by {counted(fleet.calls, 'request')}. IoT Central does not report which devices are connected."


def _steps(entry: Entry) -> list[str]:
    return [step for cause in entry.causes for step in cause.mitigation]
