"""Lists in which each element fits."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.payload.rules.kind import DEEPEST, Compile, Elements, Kind, ValueSource
from azext_iotdiag.payload.schema import Array
from azext_iotdiag.payload.violations import Alike, Rule, Violation, wrong_type


def _rule(schema: Array, compile_: Compile) -> Rule:
    element = compile_(schema.element)

    def rule(value: Any) -> list[Violation] | None:
        if type(value) is not list:
            return wrong_type("an array", value)
        alike: Alike | None = None
        for index, each in enumerate(value):
            found = element(each)
            if found is not None:
                alike = alike or Alike()
                alike.add(index, found)
        return alike.violations() if alike else None

    return rule


def _value(schema: Array, source: ValueSource) -> list[Any]:
    count = 0 if source.level >= DEEPEST else 1 if source.level else 3
    return [source.value(schema.element) for _ in range(count)]


KINDS = (
    Kind(
        Array,
        rule=_rule,
        pattern=lambda schema: Elements(schema.element),
        json_schema=lambda schema, emit: {"type": "array", "items": emit(schema.element)},
        value=_value,
    ),
)
