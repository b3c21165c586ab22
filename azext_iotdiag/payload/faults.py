"""What a rule finds: a fault, which the rules around it place, and which becomes a `Finding` at the end.

A rule is a function of a value. It returns None where the value is right, which is nearly always and costs nothing, and
a list of faults where it is not. So no path is built for a value that is right.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from azext_iotdiag.knowledge.payload import NULL_VALUE, WRONG_TYPE
from azext_iotdiag.model.counts import counted
from azext_iotdiag.model.finding import NO_EVIDENCE, Entry, Finding, JsonScalar, Severity

SHOWN = 80  # characters of a value that a message or evidence shows
_PLAIN_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_NUMBER = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*")


class Fault(NamedTuple):
    """One thing wrong with a value. `path` leads from the value that was judged to the one at fault."""

    entry: Entry
    severity: Severity
    message: str
    path: tuple[str | int, ...] = ()
    evidence: Mapping[str, JsonScalar] = NO_EVIDENCE


Rule = Callable[[Any], "list[Fault] | None"]


def under(step: str | int, faults: list[Fault]) -> list[Fault]:
    """The faults of a part, as those of the whole that has the part at `step`."""
    return [fault._replace(path=(step, *fault.path)) for fault in faults]


def findings(faults: Iterable[Fault], *, strict: bool = False) -> list[Finding]:
    """The faults as findings, each with its path as JSONPath (`$.location.lat`); strictly, warnings are errors."""
    return [
        Finding(
            fault.entry,
            Severity.FAIL if strict and fault.severity is Severity.WARN else fault.severity,
            fault.message,
            json_path(fault.path),
            fault.evidence,
        )
        for fault in faults
    ]


def json_path(steps: Iterable[str | int]) -> str:
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
    if isinstance(value, dict):
        return f"an object with {counted(len(value), 'field')}"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    if isinstance(value, int) and value.bit_length() > 256:  # Python refuses to write out very long ones
        return f"a number of {value.bit_length()} bits"
    if isinstance(value, str) and len(value) > SHOWN:
        return json.dumps(value[:SHOWN], ensure_ascii=False) + f" … ({len(value)} characters)"
    if isinstance(value, float) and not math.isfinite(value):
        return "a number beyond all that fits into 64 bits"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, int, float, type(None))) else str(value)


def fault(entry: Entry, severity: Severity, message: str, **evidence: JsonScalar) -> list[Fault]:
    """One fault of the value itself, as a rule returns it."""
    return [Fault(entry, severity, message, (), evidence)]


def wrong_type(expected: str, value: Any, suggestion: str = "") -> list[Fault]:
    """The value is of another JSON type than `expected`, such as "a whole number"; null has a code of its own."""
    if value is None:
        return fault(NULL_VALUE, Severity.FAIL, f"expected {expected}, got null", expected=expected, got="null")
    suggestion = suggestion or _suggestion(expected, value)
    message = f"expected {expected}, got {shown(value)}" + (f": {suggestion}" if suggestion else "")
    evidence = {"expected": expected, "got": shown(value)}
    return fault(WRONG_TYPE, Severity.FAIL, message, **evidence, **({"suggestion": suggestion} if suggestion else {}))


def _suggestion(expected: str, value: Any) -> str:
    if isinstance(value, str) and "number" in expected and _NUMBER.fullmatch(value):
        return f"quoted number, send {value.strip()[:SHOWN]} without quotes"
    if expected == "true or false":
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return f"quoted, send {value.lower()} without quotes"
        if type(value) is int and value in (0, 1):
            return f"send {'true' if value else 'false'}"
    if "text" in expected and isinstance(value, (int, float)):
        return "send it in quotes"
    if isinstance(value, dict) and list(value) == ["value"] and "object" not in expected:
        return "send the value itself, not an object with a field value"
    return ""
