"""A device's properties, looked at again and again: each change once, judged by versions and never by a clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from azext_iotdiag.model.change import ABSENT, DESIRED, REPORTED, SIDES, PropertyChange, Side
from azext_iotdiag.model.failure import CERTIFICATE_KINDS, Failure, Kind, StepFailed

GIVE_UP_SECONDS = 60.0  # without an answer, where there were answers before
RETRY_SECONDS = 2.0
TICK_SECONDS = 0.25

Sides = Mapping[str, Side]


class Look(NamedTuple):
    """The properties at one time. `model` is what the device announced.

    `acknowledged` says with what reported values were acknowledged, where the service shows that apart from them.
    """

    sides: Sides
    model: str = ""
    acknowledged: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


def of_twin(twin: Mapping[str, Any]) -> Look:
    """The properties in a hub's twin, which has a version for each side."""
    found = _part(twin, "properties")
    sides = {}
    for name in SIDES:
        own = _part(found, name)
        version = own.get("$version")
        values: dict[str, Any] = {}
        written: dict[str, tuple[int | None, str]] = {}
        _flatten("", own, _part(own, "$metadata"), values, written)
        sides[name] = Side(version if isinstance(version, int) else None, values, written)
    return Look(sides, str(twin.get("modelId") or ""))


def of_central(properties: Mapping[str, Any]) -> Look:
    """The properties as an IoT Central application shows them, where each has its own versions, if any."""
    values: dict[str, dict[str, Any]] = {name: {} for name in SIDES}
    written: dict[str, dict[str, tuple[int | None, str]]] = {name: {} for name in SIDES}
    acknowledged: dict[str, dict[str, Any]] = {}
    _read_central("", properties, values, written, acknowledged)
    sides = {name: Side(None, values[name], written[name]) for name in SIDES}
    return Look(sides, acknowledged=acknowledged)


def changes(device: str, before: Sides, after: Sides) -> Iterator[PropertyChange]:
    """What was written between two looks. Where the side's version is the same, nothing was."""
    for name in SIDES:
        old, new = before[name], after[name]
        if new.version is not None and new.version == old.version:
            continue
        versions = (old.version, new.version)
        for each in {**old.values, **new.values}:
            was, now = old.values.get(each, ABSENT), new.values.get(each, ABSENT)
            told, tells = old.written.get(each, (None, "")), new.written.get(each, (None, ""))
            if was != now or type(was) is not type(now) or told != tells:
                own = versions if versions != (None, None) else (told[0], tells[0])
                yield PropertyChange(device, name, each, was, now, own, (told[1], tells[1]))


class PropertyWatch:
    """Changes as they are seen. Iterate it once: None means that nothing new was seen for a moment.

    `look` gives the properties and may raise StepFailed. `failure` says why it ended, where it could not go on; before
    the first answer anything ends it that asking again does not cure, later only what lasts. `heard` gets the first
    look and each later one that shows a change, with the changes.
    """

    def __init__(
        self,
        device: str,
        look: Callable[[], Look],
        *,
        every: float,
        heard: Callable[[Look, list[PropertyChange]], None] = lambda look, found: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ):
        self._device = device
        self._look = look
        self._every = every
        self._heard = heard
        self._clock = clock
        self._sleep = sleep
        self.looked = 0
        self.failure: Failure | None = None
        self.interruptions: list[Failure] = []

    def __iter__(self) -> Iterator[PropertyChange | None]:
        last: Look | None = None
        broke_at: float | None = None
        while True:
            pause = self._every
            try:
                seen = self._look()
                self.looked += 1
                broke_at = None
                found = [] if last is None else list(changes(self._device, last.sides, seen.sides))
                if last is None or found:
                    self._heard(seen, found)
                last = seen
                yield from found
            except StepFailed as failed:
                failure, now = failed.failure, self._clock()
                if broke_at is None:
                    broke_at = now
                    self.interruptions.append(failure)
                if last is None or failure.kind in _HOPELESS or now - broke_at >= GIVE_UP_SECONDS:
                    self.failure = failure
                    return
                pause = RETRY_SECONDS
            yield from self._waited(pause)

    def _waited(self, seconds: float) -> Iterator[None]:
        until = self._clock() + seconds
        yield None
        while (left := until - self._clock()) > 0:
            self._sleep(min(left, TICK_SECONDS))
            yield None


_HOPELESS = CERTIFICATE_KINDS | {Kind.UNAUTHORIZED, Kind.MISSING, Kind.NOT_HTTP}


def patch(found: list[PropertyChange], look: Look) -> dict[str, Any]:
    """The changed properties, as the look shows them, in the form in which a twin has them; not those that are gone."""
    sides: dict[str, Any] = {}
    for each in found:
        if each.after is ABSENT:
            continue
        value = each.after
        if each.side == REPORTED and each.name in look.acknowledged:
            value = {"value": value, **look.acknowledged[each.name]}
        component, dot, name = each.name.partition(".")
        own = sides.setdefault(each.side, {})
        if dot:
            inner = own.get(component)
            if not isinstance(inner, dict):  # a property may be called as a component is
                inner = own[component] = {"__t": "c"}
            inner[name] = value
        else:
            own[component] = value
    return {"properties": sides} if sides else {}


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def _flatten(
    lead: str, own: Mapping[str, Any], about: Mapping[str, Any], values: dict[str, Any], written: dict[str, Any]
) -> None:
    for name, value in own.items():
        if name.startswith("$") or (lead and name == "__t"):
            continue
        told = _part(about, name)
        if not lead and isinstance(value, dict) and value.get("__t") == "c":
            _flatten(f"{name}.", value, told, values, written)
            continue
        values[lead + name] = value
        written[lead + name] = _newest(told)


def _newest(about: Mapping[str, Any]) -> tuple[int | None, str]:
    """The last writing of a property or of any part of it: a part that is written leaves the whole's own time."""
    version, when = about.get("$lastUpdatedVersion"), str(about.get("$lastUpdated") or "")
    best = (version if isinstance(version, int) else None, when)
    for part in about.values():
        if isinstance(part, dict):
            inner = _newest(part)
            if (inner[0] or 0, inner[1]) > (best[0] or 0, best[1]):
                best = inner
    return best


def _read_central(
    lead: str,
    shown: Mapping[str, Any],
    values: dict[str, dict[str, Any]],
    written: dict[str, dict[str, Any]],
    acknowledged: dict[str, dict[str, Any]],
) -> None:
    metadata = _part(shown, "$metadata")
    for name, value in shown.items():
        if name == "$metadata":
            continue
        about = _part(metadata, name)
        if not lead and isinstance(value, dict) and "$metadata" in value:
            _read_central(f"{name}.", value, values, written, acknowledged)
            continue
        if "desiredValue" in about:
            version = about.get("desiredVersion")
            values[DESIRED][lead + name] = about["desiredValue"]
            written[DESIRED][lead + name] = (version if isinstance(version, int) else None, "")
        if "lastUpdateTime" in about or "desiredValue" not in about:
            version = about.get("ackVersion")
            parts = {"ac": about.get("ackCode"), "av": version, "ad": about.get("ackDescription")}
            if version is not None:
                acknowledged[lead + name] = {key: part for key, part in parts.items() if part is not None}
            values[REPORTED][lead + name] = value
            told = (version if isinstance(version, int) else None, str(about.get("lastUpdateTime") or ""))
            written[REPORTED][lead + name] = told


def whole(look: Look) -> dict[str, Any]:
    """All properties of a look in the form in which a twin holds them."""
    found = [
        PropertyChange("", side, name, ABSENT, value, (None, None), ("", ""))
        for side in SIDES
        for name, value in look.sides[side].values.items()
    ]
    return patch(found, look) or {"properties": {REPORTED: {}}}
