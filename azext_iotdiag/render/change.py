"""A changed property as a line for people, and as data."""

from __future__ import annotations

import json
from typing import Any

from azext_iotdiag.model.change import ABSENT, PropertyChange
from azext_iotdiag.render.event import printable
from azext_iotdiag.render.rows import View

VERSION = 1
_LONGEST = 200  # characters of a value in a line for people


def line(change: PropertyChange) -> str:
    """A change as a line for a person."""
    before, after = _shown(change.before), _shown(change.after)
    if change.before is ABSENT:
        what = f"{change.name} = {after} (new)"
    elif change.after is ABSENT:
        what = f"{change.name} is gone; it was {before}"
    elif change.before == change.after:
        what = f"{change.name} = {after} (written again)"
    else:
        what = f"{change.name}: {before} → {after}"
    when = change.times[1] or change.times[0]
    old, new = change.versions
    version = f"version {old} → {new}" if old is not None and new is not None else f"version {new}" if new else ""
    return printable("  ".join(part for part in (when, change.device, change.side, what, version) if part))


def json_line(change: PropertyChange) -> bytes:
    """A change as a JSON object and a line end; `before` or `after` is left out where the property was not there."""
    data: dict[str, Any] = {
        "version": VERSION,
        "type": "change",
        "device": change.device,
        "side": change.side,
        "property": change.name,
    }
    data |= {name: value for name, value in (("before", change.before), ("after", change.after)) if value is not ABSENT}
    data["versions"] = dict(zip(("before", "after"), change.versions, strict=True))
    data["times"] = {name: each or None for name, each in zip(("before", "after"), change.times, strict=True)}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode("utf-8", "backslashreplace")


def row(change: PropertyChange) -> dict[str, Any]:
    """A change as a row of a table."""
    return {
        "Time": change.times[1] or change.times[0],
        "Side": change.side,
        "Property": change.name,
        "Before": _cell(change.before),
        "After": _cell(change.after),
        "Version": change.versions[1],
    }


def columns(change: PropertyChange) -> tuple[Any, ...]:
    """A change as the values of a row: device, side, property, before, after, and versions and times of both."""
    seen = (change.device, change.side, change.name, _cell(change.before), _cell(change.after))
    return *seen, *change.versions, *change.times


_WIDTHS = {"Time": 20, "Side": 8, "Property": 20, "Before": 12, "After": 12}
VIEW = View(json_line, row, columns, line, _WIDTHS)


def _cell(value: Any) -> Any:
    return None if value is ABSENT else value


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False) if value is not ABSENT else ""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
