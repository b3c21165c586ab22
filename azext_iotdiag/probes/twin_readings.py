"""How far a device has followed its twin, read from the twin. Pure; what does not fit its documented shape is left out.

https://learn.microsoft.com/azure/iot/concepts-convention#writable-properties says how devices acknowledge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from azext_iotdiag.model.twin_state import Pending, RefusedProperty, TwinState
from azext_iotdiag.probes.readings import moment, number, part, text

MOST = 20  # properties that are named
_COMPONENT = "__t"  # the mark of a component
_LEAST_ERROR = 400


class _Pair(NamedTuple):
    """A desired property and what the device reported under its name, each with its metadata."""

    name: str
    wanted: Any
    about_wanted: Mapping[str, Any]
    told: Any
    about_told: Mapping[str, Any]


def state(twin: Mapping[str, Any]) -> TwinState | None:
    """The state of a twin; None for an answer that holds no properties, such as that of the registry."""
    properties = part(twin, "properties")
    if not properties:
        return None
    desired, reported = part(properties, "desired"), part(properties, "reported")
    pairs = list(_pairs(desired, reported))
    return TwinState(
        number(desired, "$version"),
        number(reported, "$version"),
        moment(part(desired, "$metadata").get("$lastUpdated")),
        tuple(each for pair in pairs if (each := _pending(pair)) is not None)[:MOST],
        tuple(no for pair in pairs if (no := _refused(pair)) is not None)[:MOST],
    )


def _pairs(desired: Mapping[str, Any], reported: Mapping[str, Any], prefix: str = "") -> Iterator[_Pair]:
    """The properties that stand on both sides. Those of a component stand one level deeper."""
    about_desired, about_reported = part(desired, "$metadata"), part(reported, "$metadata")
    for name, wanted in desired.items():
        if name.startswith(("$", _COMPONENT)) or name not in reported:
            continue
        about, about_told = part(about_desired, name), part(about_reported, name)
        told = reported[name]
        if isinstance(wanted, dict) and isinstance(told, dict) and _COMPONENT in wanted:
            yield from _pairs({**wanted, "$metadata": about}, {**told, "$metadata": about_told}, f"{name}.")
        else:
            yield _Pair(prefix + name, wanted, about, told, about_told)


def _acknowledged(told: Any) -> Mapping[str, Any]:
    """An acknowledgement in the form of Plug and Play; empty for any other value."""
    return told if isinstance(told, dict) and "ac" in told and "av" in told else {}


def _pending(pair: _Pair) -> Pending | None:
    """The property, if what the device reported is older than what is wanted, and differs from it."""
    set_at, told_at = moment(pair.about_wanted.get("$lastUpdated")), moment(pair.about_told.get("$lastUpdated"))
    version = number(pair.about_wanted, "$lastUpdatedVersion")
    answer = _acknowledged(pair.told)
    if set_at is None or (answer.get("value") if answer else pair.told) == pair.wanted:
        return None
    if answer:
        seen = number(answer, "av")
        return Pending(pair.name, version, set_at, told_at, seen) if seen < version else None
    return Pending(pair.name, version, set_at, told_at) if told_at is not None and told_at < set_at else None


def _refused(pair: _Pair) -> RefusedProperty | None:
    answer = _acknowledged(pair.told)
    if not answer or number(answer, "av") < number(pair.about_wanted, "$lastUpdatedVersion"):
        return None
    code = number(answer, "ac")
    return RefusedProperty(pair.name, code, text(answer, "ad")) if code >= _LEAST_ERROR else None
