"""A model as it was understood, as plain data: names, kinds and schemas, whatever document it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azext_iotdiag.payload.schema import (
    Array,
    Document,
    Enum,
    Geometry,
    Interface,
    Map,
    Object,
    Reference,
    Scalar,
    Schema,
)

VERSION = 1


def outline(document: Document) -> dict[str, Any]:
    """The model as JSON data. A schema that contains itself is named where it comes again."""
    return {"version": VERSION, "dtdl": document.version} | _interface(document.root, document.schemas)


def _interface(interface: Interface, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    contents = []
    for content in interface.contents:
        told: dict[str, Any] = {"kind": content.kind, "name": content.name}
        if content.schema is not None:
            told["schema"] = _schema(content.schema, schemas, ())
        if content.writable:
            told["writable"] = True
        if content.interface != interface.id:
            told["from"] = content.interface
        contents.append(told)
    data: dict[str, Any] = {"id": interface.id, "displayName": interface.name, "contents": contents}
    for name, others in (
        ("components", interface.components),
        ("modules", interface.modules),
        ("instances", interface.instances),
    ):
        if others:
            data[name] = {each: _interface(inner, schemas) for each, inner in others.items()}
    return data


def _schema(schema: Schema, schemas: Mapping[str, Schema], trail: tuple[str, ...]) -> Any:
    if isinstance(schema, Reference):
        return schema.id if schema.id in trail else _schema(schemas[schema.id], schemas, (*trail, schema.id))
    if isinstance(schema, (Scalar, Geometry)):
        return schema.term
    if isinstance(schema, Enum):
        return {"enum": {each.name: each.value for each in schema.values}}
    if isinstance(schema, Object):
        return {
            "object": {
                each.name + ("" if not each.required else " (required)"): _schema(each.schema, schemas, trail)
                for each in schema.fields
            }
        }
    if isinstance(schema, Array):
        return {"array": _schema(schema.element, schemas, trail)}
    return {"map": _schema(schema.value, schemas, trail)} if isinstance(schema, Map) else f"not judged: {schema.why}"
