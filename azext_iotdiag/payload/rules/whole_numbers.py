"""Whole numbers of 8 to 64 bits."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.knowledge.payload import INTEGRAL_FLOAT, OUT_OF_RANGE
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.json_text import NegativeZero
from azext_iotdiag.payload.rules.kind import Kind
from azext_iotdiag.payload.schema import Scalar
from azext_iotdiag.payload.violations import Rule, Violation, shown, violation, wrong_type


def between(low: int, high: int) -> Rule:
    """Whole numbers from `low` to `high`, written without a point and without an exponent."""
    expected = f"a whole number from {low} to {high}"

    def rule(value: Any) -> list[Violation] | None:
        if type(value) is int and low <= value <= high:
            return None
        return _not_whole(value, low, high, expected)

    return rule


def _not_whole(value: Any, low: int, high: int, expected: str) -> list[Violation] | None:
    if type(value) is NegativeZero:
        if low < 0:
            return None
        return violation(OUT_OF_RANGE, Severity.WARN, f"expected {expected}, got -0", expected=expected, got="-0")
    if type(value) is float and value.is_integer() and low <= value <= high:
        got, right = shown(value), str(int(value))
        message = f"expected {expected}, got {got}: send {right}, without a point or an exponent"
        return violation(INTEGRAL_FLOAT, Severity.WARN, message, expected=expected, got=got, suggestion=right)
    if type(value) is int or (type(value) is float and value.is_integer()):
        got = shown(value)
        return violation(
            OUT_OF_RANGE, Severity.FAIL, f"{got} does not fit: expected {expected}", expected=expected, got=got
        )
    return wrong_type(expected, value)


def _pattern(low: int, high: int) -> str:
    """All numbers with fewer digits than `high`, and those of as many digits with a smaller first one."""
    digits = len(str(high)) - 1
    first = high // 10**digits
    longest = f"[1-{first - 1}][0-9]{{{digits}}}|" if first > 1 else ""
    return rf"{'-?' if low else ''}(?:{longest}[1-9][0-9]{{0,{digits - 1}}}|0)"


def _kind(term: str, low: int, high: int, since: int = 1) -> Kind[Scalar]:
    rule, pattern = between(low, high), _pattern(low, high)
    return Kind(
        Scalar,
        rule=lambda _schema, _compile: rule,
        pattern=lambda _schema: pattern,
        json_schema=lambda _schema, _emit: {"type": "integer", "minimum": low, "maximum": high},
        value=lambda _schema, source: source.dice.randrange(100),
        term=term,
        since=since,
    )


KINDS = (
    _kind("byte", -(2**7), 2**7 - 1, since=4),
    _kind("short", -(2**15), 2**15 - 1, since=4),
    _kind("integer", -(2**31), 2**31 - 1),
    _kind("long", -(2**63), 2**63 - 1),
    _kind("unsignedByte", 0, 2**8 - 1, since=4),
    _kind("unsignedShort", 0, 2**16 - 1, since=4),
    _kind("unsignedInteger", 0, 2**32 - 1, since=4),
    _kind("unsignedLong", 0, 2**64 - 1, since=4),
)
