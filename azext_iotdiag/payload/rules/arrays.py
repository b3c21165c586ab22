"""The rule for lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azext_iotdiag.payload.faults import Fault, Rule, under, wrong_type
from azext_iotdiag.payload.schema import Array

if TYPE_CHECKING:
    from azext_iotdiag.payload.rules import Compiler


def array(schema: Array, compiler: Compiler) -> Rule:
    """A list in which each element fits."""
    element = compiler.rule(schema.element)

    def rule(value: Any) -> list[Fault] | None:
        if type(value) is not list:
            return wrong_type("an array", value)
        faults: list[Fault] | None = None
        for index, each in enumerate(value):
            found = element(each)
            if found is not None:
                faults = (faults or []) + under(index, found)
        return faults

    return rule
