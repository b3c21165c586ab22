"""Objects with any keys, in which each value fits."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.payload.rules.kind import DEEPEST, Compile, Kind, Members
from azext_iotdiag.payload.schema import Map
from azext_iotdiag.payload.violations import Alike, Rule, Violation, wrong_type


def _rule(schema: Map, compile_: Compile) -> Rule:
    inner = compile_(schema.value)

    def rule(value: Any) -> list[Violation] | None:
        if type(value) is not dict:
            return wrong_type("an object (a map of any keys)", value)
        alike: Alike | None = None
        for name, each in value.items():
            found = inner(each)
            if found is not None:
                alike = alike or Alike()
                alike.add(name, found)
        return alike.violations() if alike else None

    return rule


KINDS = (
    Kind(
        Map,
        rule=_rule,
        pattern=lambda schema: Members(lambda _name: schema.value),
        json_schema=lambda schema, emit: {"type": "object", "additionalProperties": emit(schema.value)},
        value=lambda schema, source: {"a": source.value(schema.value)} if source.level < DEEPEST else {},
    ),
)
