"""Rules for floating-point numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azext_iotdiag.knowledge.payload import OUT_OF_RANGE
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.faults import Fault, Rule, fault, shown, wrong_type
from azext_iotdiag.payload.json_text import NegativeZero

if TYPE_CHECKING:
    from azext_iotdiag.payload.rules import Compiler, Maker

# The first numbers that do not round to a finite one: the largest and half of its last digit. IEEE 754, 4.3.1.
DOUBLE_LIMIT = 2**1024 - 2**970
FLOAT_LIMIT = 2**128 - 2**103


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
