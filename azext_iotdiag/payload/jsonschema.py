"""A schema of a model as JSON Schema, draft 4: for other programs, and as a second opinion on our own rules.

Draft 4, because it is the last one for which 3.0 is no integer. Formats that JSON Schema does not have are named as
OpenAPI names them (`byte`) or as DTDL does (`decimal`, `duration`); `linear-ring` is a ring of a GeoJSON polygon.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from azext_iotdiag.payload.rules.floats import DOUBLE_LIMIT, FLOAT_LIMIT
from azext_iotdiag.payload.rules.geometries import SHAPES
from azext_iotdiag.payload.schema import Array, Content, Enum, Geometry, Map, Object, Reference, Scalar, Schema

DRAFT = "http://json-schema.org/draft-04/schema#"
_BITS = {"byte": 8, "short": 16, "integer": 32, "long": 64}
_FORMATS = {
    "string": "", "date": "date", "dateTime": "date-time", "time": "time", "duration": "duration", "bytes": "byte",
    "decimal": "decimal", "uuid": "uuid",
}  # fmt: skip


def emit(schema: Schema, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """The JSON Schema of a schema; `schemas` holds those that it refers to."""
    names = {identifier: f"schema{number}" for number, identifier in enumerate(schemas)}
    definitions = {names[identifier]: _of(each, names) for identifier, each in schemas.items()}
    return {"$schema": DRAFT, **_of(schema, names), **({"definitions": definitions} if definitions else {})}


def emit_telemetry(contents: Iterable[Content], schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """The JSON Schema of a body with this telemetry, all of it optional, and nothing else."""
    names = {identifier: f"schema{number}" for number, identifier in enumerate(schemas)}
    found: dict[str, list[dict[str, Any]]] = {}
    for content in contents:
        if content.kind == "telemetry" and content.schema is not None:
            found.setdefault(content.name, []).append(_of(content.schema, names))
    fields = {name: each[0] if len(each) == 1 else {"anyOf": each} for name, each in found.items()}
    definitions = {names[identifier]: _of(each, names) for identifier, each in schemas.items()}
    return {"$schema": DRAFT, **_fields(fields, ()), **({"definitions": definitions} if definitions else {})}


def _of(schema: Schema, names: Mapping[str, str]) -> dict[str, Any]:
    if isinstance(schema, Reference):
        return {"$ref": f"#/definitions/{names[schema.id]}"}
    if isinstance(schema, Scalar):
        return _scalar(schema.term)
    if isinstance(schema, Enum):
        values = [each.value for each in schema.values]
        # An empty enum is not allowed in draft 4, and nothing fits ours.
        return {"type": schema.value_schema, "enum": values} if values else {"not": {}}
    if isinstance(schema, Object):
        fields = {each.name: _of(each.schema, names) for each in schema.fields}
        return _fields(fields, [each.name for each in schema.fields if each.required])
    if isinstance(schema, Array):
        return {"type": "array", "items": _of(schema.element, names)}
    if isinstance(schema, Map):
        return {"type": "object", "additionalProperties": _of(schema.value, names)}
    return _geometry(schema) if isinstance(schema, Geometry) else {}


def _scalar(term: str) -> dict[str, Any]:
    if term in _FORMATS:
        return {"type": "string"} | ({"format": _FORMATS[term]} if _FORMATS[term] else {})
    if term in ("double", "float"):
        return _below(DOUBLE_LIMIT if term == "double" else FLOAT_LIMIT)
    if term in _BITS:
        half = 2 ** (_BITS[term] - 1)
        return {"type": "integer", "minimum": -half, "maximum": half - 1}
    if term.startswith("unsigned"):
        return {"type": "integer", "minimum": 0, "maximum": 2 ** _BITS[term.removeprefix("unsigned").lower()] - 1}
    if term == "scaledDecimal":
        return _fields({"scale": _scalar("short"), "value": _scalar("decimal")}, ())
    if term == "geopoint":
        return _fields(dict.fromkeys(("lat", "lon", "alt"), _scalar("double")), ("lat", "lon"))
    if term == "vector":
        return _fields(dict.fromkeys(("x", "y", "z"), _scalar("double")), ("x", "y", "z"))
    return {"type": term}


def _below(limit: int) -> dict[str, Any]:
    return {
        "type": "number", "minimum": -limit, "exclusiveMinimum": True, "maximum": limit, "exclusiveMaximum": True,
    }  # fmt: skip


def _fields(fields: Mapping[str, dict[str, Any]], required: Iterable[str]) -> dict[str, Any]:
    needed = list(required)
    return {"type": "object", "properties": dict(fields), "additionalProperties": False} | (
        {"required": needed} if needed else {}
    )


def _geometry(schema: Geometry) -> dict[str, Any]:
    name, levels, least = SHAPES[schema.term]
    part: dict[str, Any] = {"type": "array", "minItems": 2, "items": _scalar("double")}
    for level in range(levels):
        part = {"type": "array", "items": part}
        if level == 0 and least:
            part |= {"minItems": least} | ({"format": "linear-ring"} if least == 4 else {})
    return {
        "type": "object", "required": ["type", "coordinates"],
        "properties": {"type": {"enum": [name]}, "coordinates": part},
    }  # fmt: skip
