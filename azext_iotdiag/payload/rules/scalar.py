"""Rules for truth values, numbers, plain text and enums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azext_iotdiag.knowledge.payload import INTEGRAL_FLOAT, NOT_IN_ENUM, OUT_OF_RANGE
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.faults import Fault, Rule, fault, shown, wrong_type
from azext_iotdiag.payload.json_text import NegativeZero
from azext_iotdiag.payload.schema import Enum
from azext_iotdiag.payload.suggest import nearest

if TYPE_CHECKING:
    from azext_iotdiag.payload.rules import Compiler, Maker

# The first numbers that do not round to a finite one: the largest and half of its last digit. IEEE 754, 4.3.1.
DOUBLE_LIMIT = 2**1024 - 2**970
FLOAT_LIMIT = 2**128 - 2**103
_LISTED = 10  # values of an enum that a message names


def boolean(_schema: Any, _compiler: Compiler) -> Rule:
    """true or false, and neither numbers nor texts in their place."""

    def rule(value: Any) -> list[Fault] | None:
        return None if value is True or value is False else wrong_type("true or false", value)

    return rule


def whole(low: int, high: int) -> Maker:
    """Whole numbers from `low` to `high`, written without a point and without an exponent."""
    expected = f"a whole number from {low} to {high}"

    def make(_schema: Any, _compiler: Compiler) -> Rule:
        def rule(value: Any) -> list[Fault] | None:
            if type(value) is int and low <= value <= high:
                return None
            return _not_whole(value, low, high, expected)

        return rule

    return make


def _not_whole(value: Any, low: int, high: int, expected: str) -> list[Fault] | None:
    if type(value) is NegativeZero:
        if low < 0:
            return None
        return fault(OUT_OF_RANGE, Severity.WARN, f"expected {expected}, got -0", expected=expected, got="-0")
    if type(value) is float and value.is_integer() and low <= value <= high:
        message = f"expected {expected}, got {shown(value)}: send {int(value)}, without a point or an exponent"
        return fault(
            INTEGRAL_FLOAT, Severity.WARN, message, expected=expected, got=shown(value), suggestion=str(int(value))
        )
    if type(value) is int or (type(value) is float and value.is_integer()):
        message = f"{shown(value)} does not fit: expected {expected}"
        return fault(OUT_OF_RANGE, Severity.FAIL, message, expected=expected, got=shown(value))
    return wrong_type(expected, value)


def number(limit: int) -> Maker:
    """Numbers between -`limit` and `limit`, whole ones included."""
    bits = 64 if limit == DOUBLE_LIMIT else 32
    as_float = float(limit) if limit < DOUBLE_LIMIT else float("inf")

    def make(_schema: Any, _compiler: Compiler) -> Rule:
        def rule(value: Any) -> list[Fault] | None:
            kind = type(value)
            if kind is float and -as_float < value < as_float:
                return None
            if (kind is int or kind is NegativeZero) and -limit < value < limit:
                return None
            if kind is float or kind is int:
                message = f"{shown(value)} does not fit into a floating-point number of {bits} bits"
                return fault(OUT_OF_RANGE, Severity.FAIL, message, expected=f"{bits} bits", got=shown(value))
            return wrong_type("a number", value)

        return rule

    return make


def string(_schema: Any, _compiler: Compiler) -> Rule:
    """Any text, also an empty one."""

    def rule(value: Any) -> list[Fault] | None:
        return None if type(value) is str else wrong_type("a text", value)

    return rule


def enum(schema: Enum, compiler: Compiler) -> Rule:
    """One of the values that are listed; 1.0 and true are not 1, and the name of a value is not the value."""
    # The type stands beside the value, because in Python 1, 1.0 and True are equal.
    allowed = frozenset((type(each.value), each.value) for each in schema.values)
    kind = int if schema.value_schema == "integer" else str
    names = {each.name: each.value for each in schema.values}
    listed = ", ".join(shown(each.value) for each in schema.values[:_LISTED])
    listed += f" and {len(schema.values) - _LISTED} more" if len(schema.values) > _LISTED else ""
    base = whole(-(2**31), 2**31 - 1)(None, compiler) if kind is int else string(None, compiler)

    def rule(value: Any) -> list[Fault] | None:
        if type(value) is kind and (kind, value) in allowed:
            return None
        if type(value) is NegativeZero and (int, 0) in allowed:
            return None
        if isinstance(value, float) and (wrong := base(value)):
            return wrong
        if type(value) is not kind and not (isinstance(value, str) and value in names):
            return wrong_type(f"one of the {'numbers' if kind is int else 'texts'} {listed}", value)
        hint = ""
        if isinstance(value, str):
            if value in names:
                hint = f"{value} is the name of the value {shown(names[value])}: send that"
            elif near := nearest(value, [each.value for each in schema.values if isinstance(each.value, str)]):
                hint = f"is {shown(near)} meant?"
        message = f"{shown(value)} is none of the values {listed or '(there are none)'}" + (f": {hint}" if hint else "")
        evidence = {"expected": f"one of {listed}", "got": shown(value)} | ({"suggestion": hint} if hint else {})
        return fault(NOT_IN_ENUM, Severity.FAIL, message, **evidence)

    return rule
