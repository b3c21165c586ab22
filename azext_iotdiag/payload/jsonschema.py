"""A schema of a model as JSON Schema, draft 4: for other programs, and as a second opinion on our own rules.

Draft 4, because it is the last one for which 3.0 is no integer. Formats that JSON Schema does not have are named as
OpenAPI names them (`byte`) or as DTDL does (`decimal`, `duration`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from azext_iotdiag.payload.rules import kind_of
from azext_iotdiag.payload.rules.objects import properties
from azext_iotdiag.payload.schema import Content, Reference, Schema

DRAFT = "http://json-schema.org/draft-04/schema#"


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
    return {"$schema": DRAFT, **properties(fields, ()), **({"definitions": definitions} if definitions else {})}


def _of(schema: Schema, names: Mapping[str, str]) -> dict[str, Any]:
    if isinstance(schema, Reference):
        return {"$ref": f"#/definitions/{names[schema.id]}"}
    return kind_of(schema).json_schema(schema, lambda inner: _of(inner, names))
