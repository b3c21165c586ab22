"""Rules for whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azext_iotdiag.knowledge.payload import INTEGRAL_FLOAT, OUT_OF_RANGE
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.faults import Fault, Rule, fault, shown, wrong_type
from azext_iotdiag.payload.json_text import NegativeZero

if TYPE_CHECKING:
    from azext_iotdiag.payload.rules import Compiler, Maker


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
