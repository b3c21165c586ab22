"""Objects with named fields, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from azext_iotdiag.knowledge.payload import MISSING_FIELD, MISSPELT_NAME, UNMODELED_FIELD
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.faults import Fault, Rule, fault, under, wrong_type
from azext_iotdiag.payload.rules.kind import DEEPEST, Compile, Emit, Kind, Members, Source
from azext_iotdiag.payload.schema import Object
from azext_iotdiag.payload.suggest import difference, nearest


def rule(schema: Object, compile_: Compile) -> Rule:
    """An object that has no other fields than the schema, each optional unless it is required."""
    fields = {each.name: compile_(each.schema) for each in schema.fields}
    required = frozenset(each.name for each in schema.fields if each.required)
    rule_of = fields.get

    def rule(value: Any) -> list[Fault] | None:
        if type(value) is not dict:
            return wrong_type("an object", value)
        faults: list[Fault] | None = None
        for name, each in value.items():
            field = rule_of(name)
            found = _unknown_field(name, value, fields) if field is None else field(each)
            if found is not None:
                faults = (faults or []) + under(name, found)
        if not required <= value.keys():
            for name in sorted(required - value.keys()):
                missing = fault(MISSING_FIELD, Severity.FAIL, f"the field {name} is required", expected=name)
                faults = (faults or []) + missing
        return faults

    return rule


def _unknown_field(name: str, beside: dict[str, Any], known: dict[str, Rule]) -> list[Fault]:
    """The fault of a field of an object that its schema does not have."""
    near = nearest(name, [each for each in known if each not in beside])
    if near:
        message = f"the object has no field {name}: {difference(name, near)}"
        return fault(MISSPELT_NAME, Severity.FAIL, message, got=name, suggestion=near)
    return fault(UNMODELED_FIELD, Severity.FAIL, f"the object has no field {name}", got=name)


def written(schema: Object) -> Members:
    """The writing of each field goes by its schema."""
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


def _value(schema: Object, source: Source) -> dict[str, Any]:
    wanted = [each for each in schema.fields if each.required or source.level < DEEPEST]
    return {each.name: source.value(each.schema) for each in wanted}


KINDS = (Kind(Object, rule=rule, written=written, json_schema=json_schema, value=_value),)
