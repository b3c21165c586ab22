"""What a rule finds: a violation, which the rules around it place, and which becomes a `Finding` at the end.

A rule is a function of a value. It returns None where the value is right, which is nearly always and costs nothing, and
a list of violations where it is not. So no path is built for a value that is right.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from azext_iotdiag.knowledge.payload import LOOSE_GEOMETRY, NULL_VALUE, UNLIKELY_POSITION, WRONG_TYPE
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import NO_EVIDENCE, Entry, Finding, JsonScalar, Severity

SHOWN = 80  # characters of a value that a message or evidence shows
FEW = 3  # violations of one kind in an array that are told one by one
MOST = 100  # violations of one message that are told as they are
SHOWN_OF_MANY = 20  # violations of one code that are told where there are more
_BEYOND = (LOOSE_GEOMETRY, UNLIKELY_POSITION)  # no specification of DTDL forbids these, so they stay warnings
_PLAIN_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*")


class Violation(NamedTuple):
    """One thing wrong with a value. `path` leads from the value that was judged to the wrong one.

    `times` tells how many like it there are, this one included, of which no other is told.
    """

    entry: Entry
    severity: Severity
    message: str
    path: tuple[str | int, ...] = ()
    evidence: Mapping[str, JsonScalar] = NO_EVIDENCE
    times: int = 1


Rule = Callable[[Any], "list[Violation] | None"]
_violation = tuple.__new__  # a NamedTuple's own constructor takes twice as long
_quoted: Callable[[str], str] = json.encoder.encode_basestring


def under(step: str | int, violations: list[Violation]) -> list[Violation]:
    """The violations of a part, as those of the whole that has the part at `step`."""
    return [
        _violation(Violation, (entry, severity, message, (step, *path), evidence, times))
        for entry, severity, message, path, evidence, times in violations
    ]


class Alike:
    """Gathers the violations of parts that are alike, such as the elements of an array.

    Of one kind at one place, more than FEW are one violation with a count. Beyond MOST kinds and places, the place does
    not count. So a long array costs no long list.
    """

    def __init__(self) -> None:
        self._kinds: dict[tuple[Any, ...], list[Violation]] = {}
        self._more: dict[tuple[Any, ...], int] = {}

    def add(self, step: str | int, violations: list[Violation]) -> None:
        """Add the violations of the part at `step`."""
        for each in violations:
            path = each[3]
            kind: tuple[Any, ...] = (
                id(each[0]),
                id(each[1]),
                tuple(-1 if type(part) is int else part for part in path) if path else (),
            )
            first = self._kinds.get(kind)
            if first is None and len(self._kinds) >= MOST:  # then their place does not count
                kind = kind[:2]
                first = self._kinds.get(kind)
            if first is None:
                self._kinds[kind] = under(step, [each])
            elif len(first) < FEW:
                first += under(step, [each])
            else:
                self._more[kind] = self._more.get(kind, 0) + each[5]

    def violations(self) -> list[Violation]:
        """The violations of the whole."""
        found: list[Violation] = []
        for kind, first in self._kinds.items():
            more = self._more.get(kind)
            found += first if more is None else [first[0]._replace(times=sum(each.times for each in first) + more)]
        return found


def findings(violations: Iterable[Violation], *, strict: bool = False) -> list[Finding]:
    """The violations as findings, each with its path as JSONPath (`$.location.lat`).

    Strictly, warnings of what a specification forbids are errors. More than MOST violations are told by their kinds.
    """
    told = list(violations)
    return [_finding(each, strict) for each in (told if len(told) <= MOST else _capped(told))]


def _finding(violation: Violation, strict: bool) -> Finding:
    severity = violation.severity
    if strict and severity is Severity.WARN and violation.entry not in _BEYOND:
        severity = Severity.FAIL
    path = json_path(violation.path)
    if violation.times == 1:
        return Finding(violation.entry, severity, violation.message, path, violation.evidence)
    message = f"{violation.message} (and {violation.times - 1:,} more like it)"
    return Finding(violation.entry, severity, message, path, {**violation.evidence, "count": violation.times})


def _capped(violations: list[Violation]) -> Iterator[Violation]:
    """The first violations of each code and severity, and how many of them are left out."""
    kinds: dict[tuple[int, int], list[Violation]] = {}
    for each in violations:
        kinds.setdefault((id(each.entry), id(each.severity)), []).append(each)
    for same in kinds.values():
        yield from same[: SHOWN_OF_MANY - 1]
        last = same[SHOWN_OF_MANY - 1 :]
        if last:
            yield last[0]._replace(times=sum(each.times for each in last))


@lru_cache(maxsize=4096)  # a device that is wrong is wrong at the same places again
def json_path(steps: tuple[str | int, ...]) -> str:
    """A path as JSONPath: `$.readings[2].value`, and `$['a b']` where a name is no plain one."""
    parts = ["$"]
    for step in steps:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN_NAME.fullmatch(step):
            parts.append(f".{step}")
        else:
            parts.append("['" + step.replace("\\", "\\\\").replace("'", "\\'") + "']")
    return "".join(parts)


def shown(value: Any) -> str:
    """A value in few words: a scalar as JSON, cut where it is long; an object or array by its size."""
    kind = type(value)
    if kind is str:
        return _quoted(value) if len(value) <= SHOWN else f"{_quoted(value[:SHOWN])} … ({len(value)} characters)"
    if kind is float:
        return repr(value) if math.isfinite(value) else "a number beyond all that fits into 64 bits"
    if kind is dict:
        return f"an object with {counted(len(value), 'field')}"
    if kind is list:
        return f"an array of {len(value)}"
    if kind is int:  # Python refuses to write out very long ones
        return repr(value) if value.bit_length() <= 256 else f"a number of {value.bit_length()} bits"
    if value is None or value is True or value is False:
        return "null" if value is None else "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, int, float)) else str(value)


def violation(entry: Entry, severity: Severity, message: str, **evidence: JsonScalar) -> list[Violation]:
    """One violation of the value itself, as a rule returns it."""
    return [_violation(Violation, (entry, severity, message, (), evidence, 1))]


def wrong_type(expected: str, value: Any, suggestion: str = "") -> list[Violation]:
    """The value is of another JSON type than `expected`, such as "a whole number"; null has a code of its own."""
    if value is None:
        return violation(NULL_VALUE, Severity.FAIL, f"expected {expected}, got null", expected=expected, got="null")
    suggestion = suggestion or _suggestion(expected, value)
    got = shown(value)
    evidence: dict[str, JsonScalar] = {"expected": expected, "got": got}
    message = f"expected {expected}, got {got}"
    if suggestion:
        message, evidence["suggestion"] = f"{message}: {suggestion}", suggestion
    return [_violation(Violation, (WRONG_TYPE, Severity.FAIL, message, (), evidence, 1))]


def _suggestion(expected: str, value: Any) -> str:
    if isinstance(value, str) and "number" in expected and _NUMBER.fullmatch(value):
        return f"quoted number, send {value.strip()[:SHOWN]} without quotes"
    if expected == "true or false":
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return f"quoted, send {value.lower()} without quotes"
        if type(value) is int and value in (0, 1):
            return f"send {'true' if value else 'false'}"
    if expected == "a text" and isinstance(value, (int, float)):
        return "send it in quotes"
    if isinstance(value, dict) and list(value) == ["value"] and "object" not in expected:
        return "send the value itself, not an object with a field value"
    return ""
