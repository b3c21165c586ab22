"""Objects with named fields, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from azext_iotdiag.knowledge.payload import MISSING_FIELD, MISSPELT_NAME, UNMODELED_FIELD
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.rules.kind import DEEPEST, Compile, Emit, Kind, Members, ValueSource
from azext_iotdiag.payload.schema import Object
from azext_iotdiag.payload.suggest import NO_NAMES, Names, difference
from azext_iotdiag.payload.violations import MOST, Rule, Violation, under, violation, wrong_type

_NONE: Mapping[str, str] = MappingProxyType({})


def rule(schema: Object, compile_: Compile, others: Mapping[str, str] = _NONE) -> Rule:
    """An object that has no other fields than the schema, each optional unless it is required.

    `others` gives the field that is meant by another usual name for it.
    """
    fields = {each.name: compile_(each.schema) for each in schema.fields}
    required = frozenset(each.name for each in schema.fields if each.required)
    rule_of, names = fields.get, Names(fields)

    def rule(value: Any) -> list[Violation] | None:
        if type(value) is not dict:
            return wrong_type("an object", value)
        violations: list[Violation] | None = None
        for name, each in value.items():
            field = rule_of(name)
            if field is not None:
                found = field(each)
            else:
                usual = others.get(name.lower(), "")
                near = names if violations is None or len(violations) < MOST else NO_NAMES
                found = _unknown_field(name, usual if usual and usual not in value else near.nearest(name, value))
            if found is not None:
                violations = violations if violations is not None else []
                violations += under(name, found)
        if not required <= value.keys():
            lacking = required - value.keys() - {each.evidence.get("suggestion") for each in violations or ()}
            for name in sorted(lacking):
                missing = violation(MISSING_FIELD, Severity.FAIL, f"the field {name} is required", expected=name)
                violations = violations if violations is not None else []
                violations += missing
        return violations

    return rule


def _unknown_field(name: str, near: str) -> list[Violation]:
    """The violation of a field of an object that its schema does not have."""
    if near:
        message = f"the object has no field {name}: {difference(name, near)}"
        return violation(MISSPELT_NAME, Severity.FAIL, message, got=name, suggestion=near)
    return violation(UNMODELED_FIELD, Severity.FAIL, f"the object has no field {name}", got=name)


def pattern(schema: Object) -> Members:
    """The pattern of each field goes by its schema."""
    return Members({each.name: each.schema for each in schema.fields}.__getitem__)


def json_schema(schema: Object, emit: Emit) -> dict[str, Any]:
    """An object with these properties and no others."""
    fields = {each.name: emit(each.schema) for each in schema.fields}
    return properties(fields, [each.name for each in schema.fields if each.required])


def properties(fields: Mapping[str, dict[str, Any]], required: Iterable[str]) -> dict[str, Any]:
    """The JSON Schema of an object, from those of its fields."""
    needed = list(required)
    return {"type": "object", "properties": dict(fields), "additionalProperties": False} | (
        {"required": needed} if needed else {}
    )


def _value(schema: Object, source: ValueSource) -> dict[str, Any]:
    wanted = [each for each in schema.fields if each.required or source.level < DEEPEST]
    return {each.name: source.value(each.schema) for each in wanted}


KINDS = (Kind(Object, rule=rule, pattern=pattern, json_schema=json_schema, value=_value),)
