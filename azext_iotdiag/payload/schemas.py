"""Reads the schemas of a model: a term, an identifier, or a definition in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.knowledge.template import MODEL_MISTAKE, UNRESOLVED_SCHEMA
from azext_iotdiag.payload import terms
from azext_iotdiag.payload.language.units import UNITS
from azext_iotdiag.payload.names import judge_name
from azext_iotdiag.payload.reading import ModelReading
from azext_iotdiag.payload.rules import TERMS
from azext_iotdiag.payload.schema import (
    Array,
    Enum,
    EnumValue,
    Field,
    Map,
    ModelError,
    Object,
    Reference,
    Scalar,
    Schema,
    Unknown,
)

# The schemas that the interface being read defines by identifier, and all that the document has.
Scope = Mapping[str, Any]


def read(reading: ModelReading, given: Any, where: str, scope: Scope, depth: int = 0) -> Schema:
    """The schema that is meant by `given`. What is not understood becomes an `Unknown` and an issue."""
    if isinstance(given, list) and len(given) == 1:
        reading.quirk("the schema is a list of one", where)
        given = given[0]
    if isinstance(given, dict) and not set(given) - {"@id", "id"}:
        given = terms.identifier(given)
    if isinstance(given, str):
        return _named(reading, given, where, scope, depth)
    if isinstance(given, dict):
        if terms.has_iri_keys(given):
            reading.quirk("keys are written as full identifiers, such as dtmi:dtdl:property:schema;2", where)
        return _defined(reading, terms.plain_keys(given), where, scope, depth)
    return _unknown(
        reading, "there is no schema" if given is None else "the schema is neither a name nor an object", where
    )


def _unknown(reading: ModelReading, why: str, where: str) -> Unknown:
    reading.issue(UNRESOLVED_SCHEMA, f"{why}; its values are not judged", where)
    return Unknown(why)


def _named(reading: ModelReading, name: str, where: str, scope: Scope, depth: int) -> Schema:
    if not name:
        return _unknown(reading, "there is no schema", where)
    term = terms.term(name)
    kind = TERMS.get(term)
    if kind is not None:
        if kind.since > max(reading.version, 2):
            message = f"DTDL {reading.version} has no schema {term}; it came with {kind.since}"
            reading.issue(MODEL_MISTAKE, message, where)
        return _of_term(term)
    if term in UNITS:  # a type of units, from the quantitative types
        return Enum("string", tuple(EnumValue(unit, unit) for unit in sorted(UNITS[term])))
    if name in reading.schemas or (name in scope and isinstance(scope[name], dict)):
        if name not in reading.schemas:
            return _defined(reading, terms.plain_keys(scope[name]), name, scope, depth)
        if reading.schemas[name] is _OPEN and reading.version < 4:
            raise ModelError(f"{where}: the schema {name} contains itself, which DTDL {reading.version} does not allow")
        if reading.owners.get(name, reading.owner) != reading.owner:
            reading.issue(MODEL_MISTAKE, f"the schema {name} is defined in another interface", where)
        return Reference(name)
    lower = {known.lower(): known for known in TERMS}
    hint = f" (is {lower[term.lower()]} meant?)" if term.lower() in lower else ""
    return _unknown(reading, f"the schema {name} is not known{hint}", where)


_OPEN = Unknown("being read")


def _of_term(term: str) -> Schema:
    named: Schema = TERMS[term].schema(term)
    return named


def _defined(reading: ModelReading, node: dict[str, Any], where: str, scope: Scope, depth: int) -> Schema:
    kinds = terms.types(node)
    if len(kinds) == 1 and (kind := TERMS.get(next(iter(kinds)))) and kind.schema is Scalar:
        reading.quirk("the schema is an object where a name would do", where)
        return _of_term(kind.term)
    if depth >= reading.depth:
        reading.limit("levels of schemas within schemas", depth + 1, reading.depth, where)
    identifier = terms.identifier(node)
    if not identifier:
        return _by_kind(reading, node, kinds, where, scope, depth)
    if identifier not in reading.schemas:
        reading.schemas[identifier] = _OPEN
        reading.owners[identifier] = reading.owner
        reading.schemas[identifier] = _by_kind(reading, node, kinds, where, scope, depth)
    elif reading.schemas[identifier] is _OPEN and reading.version < 4:
        raise ModelError(f"{where}: the schema {identifier} contains itself")
    return Reference(identifier)


def _by_kind(
    reading: ModelReading, node: dict[str, Any], kinds: set[str], where: str, scope: Scope, depth: int
) -> Schema:
    if "Enum" in kinds or "enumValues" in node:
        return _enum(reading, node, where)
    if "Object" in kinds or "fields" in node:
        return _object(reading, node, where, scope, depth)
    if "Array" in kinds or "elementSchema" in node:
        return Array(read(reading, node.get("elementSchema"), f"{where}.elementSchema", scope, depth + 1))
    if "Map" in kinds or "mapValue" in node:
        value = terms.plain(node.get("mapValue"))
        inner = terms.plain_keys(value).get("schema") if isinstance(value, dict) else None
        return Map(read(reading, inner, f"{where}.mapValue", scope, depth + 1))
    said = ", ".join(sorted(kinds)) or "none"
    return _unknown(reading, f"the schema is no Enum, Object, Array or Map (its types: {said})", where)


def _enum(reading: ModelReading, node: dict[str, Any], where: str) -> Schema:
    kind = terms.plain(node.get("valueSchema", "integer"))
    kind = terms.term(kind) if isinstance(kind, str) else ""
    if kind not in ("integer", "string"):
        return _unknown(reading, "the valueSchema of the Enum is neither integer nor string", where)
    values = []
    for each in _parts(reading, node.get("enumValues", []), f"{where}.enumValues"):
        value, name = terms.plain(each.get("enumValue")), terms.plain(each.get("name"))
        if kind == "integer" and isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is not (int if kind == "integer" else str):
            reading.issue(MODEL_MISTAKE, f"the enumValue {value!r:.60} is no {kind}", where)
            continue
        values.append(EnumValue(name if isinstance(name, str) else str(value), value))
    if not values and reading.version < 3:
        reading.issue(MODEL_MISTAKE, "the Enum lists no value", where)
    return Enum(kind, tuple(values))


def _object(reading: ModelReading, node: dict[str, Any], where: str, scope: Scope, depth: int) -> Schema:
    fields: dict[str, Field] = {}
    for each in _parts(reading, node.get("fields", []), f"{where}.fields"):
        name = terms.plain(each.get("name"))
        if not isinstance(name, str):
            reading.issue(MODEL_MISTAKE, "a field of the Object has no name", where)
            continue
        inside = f"{where}.{name}"
        judge_name(reading, name, inside)
        if name in fields:
            reading.issue(MODEL_MISTAKE, f"the Object has two fields {name}", where)
            continue
        schema = read(reading, each.get("schema"), inside, scope, depth + 1)
        fields[name] = Field(name, schema, "Required" in terms.types(each))
    most = terms.FIELDS.get(reading.version)
    if most and len(fields) > most:
        reading.limit("fields of an Object", len(fields), most, where)
    if not fields and reading.version < 3:
        reading.issue(MODEL_MISTAKE, "the Object has no field", where)
    return Object(tuple(fields.values()))


def _parts(reading: ModelReading, given: Any, where: str) -> list[dict[str, Any]]:
    """The nodes of a list; a single node stands for a list of one."""
    if isinstance(given, dict):
        reading.quirk("a single object stands where a list should", where)
        given = [given]
    parts = [part for part in given if isinstance(part, dict)] if isinstance(given, list) else []
    if not isinstance(given, list) or len(parts) < len(given):
        reading.issue(MODEL_MISTAKE, "a list of objects should stand here", where)
    if any(terms.has_iri_keys(part) for part in parts):
        reading.quirk("keys are written as full identifiers, such as dtmi:dtdl:property:schema;2", where)
    return [terms.plain_keys(part) for part in parts]
