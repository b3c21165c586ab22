"""Objects with any keys, in which each value fits."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.payload.faults import Alike, Fault, Rule, wrong_type
from azext_iotdiag.payload.rules.kind import DEEPEST, Compile, Kind, Members
from azext_iotdiag.payload.schema import Map


def _rule(schema: Map, compile_: Compile) -> Rule:
    inner = compile_(schema.value)

    def rule(value: Any) -> list[Fault] | None:
        if type(value) is not dict:
            return wrong_type("an object (a map of any keys)", value)
        alike: Alike | None = None
        for name, each in value.items():
            found = inner(each)
            if found is not None:
                alike = alike or Alike()
                alike.add(name, found)
        return alike.faults() if alike else None

    return rule


KINDS = (
    Kind(
        Map,
        rule=_rule,
        written=lambda schema: Members(lambda _name: schema.value),
        json_schema=lambda schema, emit: {"type": "object", "additionalProperties": emit(schema.value)},
        value=lambda schema, source: {"a": source.value(schema.value)} if source.level < DEEPEST else {},
    ),
)
