"""The rule for objects with named fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azext_iotdiag.knowledge.payload import MISSING_FIELD
from azext_iotdiag.knowledge.payload_names import MISSPELT_NAME, UNMODELED_FIELD
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.faults import Fault, Rule, fault, under, wrong_type
from azext_iotdiag.payload.schema import Object
from azext_iotdiag.payload.suggest import difference, nearest

if TYPE_CHECKING:
    from azext_iotdiag.payload.rules import Compiler


def object_(schema: Object, compiler: Compiler) -> Rule:
    """An object that has no other fields than the schema, each optional unless it is required."""
    fields = {each.name: compiler.rule(each.schema) for each in schema.fields}
    return object_of(fields, frozenset(each.name for each in schema.fields if each.required))


def object_of(fields: dict[str, Rule], required: frozenset[str]) -> Rule:
    """An object of these fields, each judged by its rule."""
    rule_of = fields.get

    def rule(value: Any) -> list[Fault] | None:
        if type(value) is not dict:
            return wrong_type("an object", value)
        faults: list[Fault] | None = None
        for name, each in value.items():
            field = rule_of(name)
            found = unknown_field(name, value, fields) if field is None else field(each)
            if found is not None:
                faults = (faults or []) + under(name, found)
        if required and not required <= value.keys():
            for name in sorted(required - value.keys()):
                missing = fault(MISSING_FIELD, Severity.FAIL, f"the field {name} is required", expected=name)
                faults = (faults or []) + missing
        return faults

    return rule


def unknown_field(name: str, beside: dict[str, Any], known: dict[str, Rule]) -> list[Fault]:
    """The fault of a field of an object that its schema does not have."""
    near = nearest(name, [each for each in known if each not in beside])
    if near:
        message = f"the object has no field {name}: {difference(name, near)}"
        return fault(MISSPELT_NAME, Severity.FAIL, message, got=name, suggestion=near)
    return fault(UNMODELED_FIELD, Severity.FAIL, f"the object has no field {name}", got=name)
