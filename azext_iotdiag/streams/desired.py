"""Desired properties that are changed for a while: what undoes the change, whose the property is, what answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from azext_iotdiag.model.change import DESIRED, REPORTED, Side
from azext_iotdiag.model.twin_test import Answered
from azext_iotdiag.streams import properties

_SUCCESS, _PENDING = range(200, 300), 202  # acknowledgement codes are statuses of HTTP


class DesiredAnswer(NamedTuple):
    """What a device reported of a property. `value` is None where it reported nothing."""

    answered: Answered
    value: Any = None
    code: int | None = None
    words: str = ""


SILENT = DesiredAnswer(Answered.SILENT)
# Of several answers the first that is there counts for all.
_WORST = (Answered.REFUSED, Answered.SILENT, Answered.DIFFERENT, Answered.ECHOED, Answered.ACKNOWLEDGED)


def undoing(old: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The patch that brings back what `patch` changes. In a patch null removes, and objects merge."""
    undo: dict[str, Any] = {}
    for name, value in patch.items():
        before = old.get(name)
        if isinstance(before, dict) and isinstance(value, dict):
            undo[name] = undoing(before, value)
        else:
            undo[name] = before
    return undo


def expected(old: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """What a device is expected to report of a patch: whole properties, and of a component those that are patched."""
    wanted: dict[str, Any] = {}
    for name, value in patch.items():
        before = old.get(name)
        if isinstance(value, dict) and "c" in (value.get("__t"), before.get("__t") if isinstance(before, dict) else ""):
            inner = before if isinstance(before, dict) else {}
            wanted[name] = {each: _merged(inner.get(each), part) for each, part in value.items()} | {"__t": "c"}
        else:
            wanted[name] = _merged(before, value)
    return wanted


def _merged(old: Any, patch: Any) -> Any:
    """https://www.rfc-editor.org/rfc/rfc7396"""
    if not isinstance(patch, dict):
        return patch
    base = dict(old) if isinstance(old, dict) else {}
    return base | {name: _merged(base.get(name), value) for name, value in patch.items()}


def holds(values: Any, patch: Any) -> bool:
    """Whether properties have every value that a patch writes."""
    if not isinstance(patch, dict):
        return same(values, patch)
    return isinstance(values, dict) and all(name in values and holds(values[name], patch[name]) for name in patch)


def version(twin: Mapping[str, Any]) -> int | None:
    """The version of the desired properties."""
    return properties.of_twin(twin).sides[DESIRED].version


def written_in(twin: Mapping[str, Any], name: str) -> int | None:
    """The version in which a desired property, or any part of it, was last written; None where it is not there."""
    written = properties.of_twin(twin).sides[DESIRED].written
    versions = [told[0] for each, told in written.items() if _is_part(each, name) and told[0] is not None]
    return max(versions, default=None)


def reported(twin: Mapping[str, Any]) -> Side:
    """The reported properties."""
    return properties.of_twin(twin).sides[REPORTED]


def knows(side: Side, wanted: Mapping[str, Any]) -> bool:
    """Whether the device has reported each property that is `expected`."""
    return all(name in side.values for name in _flat(wanted))


def answer(wanted: Mapping[str, Any], changed: int, before: Side, after: Side) -> DesiredAnswer:
    """What the device has reported of what is `expected`, since `before`. `changed` is the version of the change."""
    answers = [_answer(name, value, changed, before, after) for name, value in _flat(wanted).items()]
    return min(answers, key=lambda each: _WORST.index(each.answered), default=SILENT)


def _answer(name: str, value: Any, changed: int, before: Side, after: Side) -> DesiredAnswer:
    told = after.values.get(name)
    fresh = after.written.get(name) != before.written.get(name)
    if isinstance(told, dict) and isinstance(told.get("ac"), int) and isinstance(told.get("av"), int):
        return _acknowledgement(told, value, changed)
    if told is None or not fresh:
        return SILENT
    return DesiredAnswer(Answered.ECHOED if same(told, value) else Answered.DIFFERENT, told)


def _acknowledgement(told: Mapping[str, Any], value: Any, changed: int) -> DesiredAnswer:
    """https://learn.microsoft.com/azure/iot/concepts-convention#acknowledgment-responses"""
    code, words = int(told["ac"]), str(told.get("ad") or "")
    if told["av"] < changed or code == _PENDING:
        return SILENT
    if code not in _SUCCESS:
        return DesiredAnswer(Answered.REFUSED, told.get("value"), code, words)
    kept = same(told.get("value"), value)
    return DesiredAnswer(Answered.ACKNOWLEDGED if kept else Answered.DIFFERENT, told.get("value"), code, words)


def same(one: Any, other: Any) -> bool:
    """Whether two values of JSON are equal. A number is equal to itself in another writing, and to no truth value."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def _flat(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Properties by the names that a Side gives them: those of a component stand behind its name."""
    flat: dict[str, Any] = {}
    for name, value in wanted.items():
        if isinstance(value, dict) and value.get("__t") == "c":
            flat |= {f"{name}.{inner}": each for inner, each in value.items() if inner != "__t"}
        else:
            flat[name] = value
    return flat


def _is_part(name: str, of: str) -> bool:
    return name == of or name.startswith(f"{of}.")
