"""The rule for objects whose keys are free."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azext_iotdiag.payload.faults import Fault, Rule, under, wrong_type
from azext_iotdiag.payload.schema import Map

if TYPE_CHECKING:
    from azext_iotdiag.payload.rules import Compiler


def map_(schema: Map, compiler: Compiler) -> Rule:
    """An object with any keys, in which each value fits."""
    inner = compiler.rule(schema.value)

    def rule(value: Any) -> list[Fault] | None:
        if type(value) is not dict:
            return wrong_type("an object (a map of any keys)", value)
        faults: list[Fault] | None = None
        for name, each in value.items():
            found = inner(each)
            if found is not None:
                faults = (faults or []) + under(name, found)
        return faults

    return rule
