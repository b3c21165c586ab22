"""Floating-point numbers of 32 and 64 bits."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.knowledge.payload import OUT_OF_RANGE
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.json_text import NegativeZero
from azext_iotdiag.payload.rules.kind import Kind
from azext_iotdiag.payload.schema import Scalar
from azext_iotdiag.payload.violations import Rule, Violation, shown, violation, wrong_type

# The first numbers that do not round to a finite one: the largest and half of its last digit. IEEE 754, 4.3.1.
_DOUBLE_LIMIT = 2**1024 - 2**970
_FLOAT_LIMIT = 2**128 - 2**103


def _rule(bits: int, limit: int) -> Rule:
    """Numbers between -`limit` and `limit`, whole ones included."""
    as_float = float(limit) if limit < _DOUBLE_LIMIT else float("inf")

    def rule(value: Any) -> list[Violation] | None:
        kind = type(value)
        if kind is float and -as_float < value < as_float:
            return None
        if (kind is int or kind is NegativeZero) and -limit < value < limit:
            return None
        if kind is float or kind is int:
            got = shown(value)
            message = f"{got} does not fit into a floating-point number of {bits} bits"
            return violation(OUT_OF_RANGE, Severity.FAIL, message, expected=f"{bits} bits", got=got)
        return wrong_type("a number", value)

    return rule


def _json_schema(limit: int) -> dict[str, Any]:
    return {
        "type": "number", "minimum": -limit, "exclusiveMinimum": True, "maximum": limit, "exclusiveMaximum": True,
    }  # fmt: skip


def _kind(term: str, bits: int, limit: int, digits: int, exponent: str) -> Kind[Scalar]:
    """`digits` before the point and `exponent`, an expression, stay below the limit together."""
    rule = _rule(bits, limit)
    pattern = rf"-?(?:[1-9][0-9]{{0,{digits - 1}}}|0)(?:\.[0-9]{{1,100}}|)(?:[eE][+-]?{exponent}|)"
    return Kind(
        Scalar,
        rule=lambda _schema, _compile: rule,
        pattern=lambda _schema: pattern,
        json_schema=lambda _schema, _emit: _json_schema(limit),
        value=lambda _schema, source: source.number(),
        term=term,
    )


KINDS = (
    _kind("double", 64, _DOUBLE_LIMIT, 100, "[0-9]{1,2}"),  # below 1e199
    _kind("float", 32, _FLOAT_LIMIT, 19, "1?[0-9]"),  # below 1e38
)
