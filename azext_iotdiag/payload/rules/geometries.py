"""Geometries of GeoJSON (RFC 7946)."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.knowledge.payload import MISSING_FIELD, WRONG_FORMAT
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.faults import Fault, Rule, fault, shown, under, wrong_type
from azext_iotdiag.payload.rules.kind import Compile, Emit, Kind
from azext_iotdiag.payload.rules.places import unlikely
from azext_iotdiag.payload.schema import Geometry, Scalar

# How many levels of lists are around the positions of a geometry, and how many the innermost list has at least.
_SHAPES = {
    "point": ("Point", 0, 0), "multiPoint": ("MultiPoint", 1, 0), "lineString": ("LineString", 1, 2),
    "multiLineString": ("MultiLineString", 2, 2), "polygon": ("Polygon", 2, 4), "multiPolygon": ("MultiPolygon", 3, 4),
}  # fmt: skip
_RING = [[8.0, 47.0], [9.0, 47.0], [9.0, 48.0], [8.0, 47.0]]


def _rule(schema: Geometry, compile_: Compile) -> Rule:
    """A GeoJSON object of one type; members beside `type` and `coordinates` are allowed, as RFC 7946, 6.1 has it."""
    name, levels, least = _SHAPES[schema.term]
    rule_of_position = _position(compile_(Scalar("double")))
    coordinates = rule_of_position
    for level in range(levels):
        coordinates = _list_of(coordinates, least if level == 0 else 0, ring=level == 0 and least == 4)

    def rule(value: Any) -> list[Fault] | None:
        if type(value) is not dict:
            return wrong_type(f"a GeoJSON object of the type {name}", value)
        faults = [
            missing
            for each in ("type", "coordinates")
            if each not in value
            for missing in fault(MISSING_FIELD, Severity.FAIL, f"GeoJSON needs the field {each}", expected=each)
        ]
        if "type" in value and value["type"] != name:
            message = f'expected "{name}", got {shown(value["type"])}'
            faults += under(
                "type", fault(WRONG_FORMAT, Severity.FAIL, message, expected=name, got=shown(value["type"]))
            )
        if "coordinates" in value:
            faults += under("coordinates", coordinates(value["coordinates"]) or [])
        return faults or None

    return rule


def _position(number: Rule) -> Rule:
    def rule(value: Any) -> list[Fault] | None:
        if type(value) is not list or len(value) < 2:
            return wrong_type("a position: longitude, latitude and perhaps altitude", value)
        faults: list[Fault] = []
        for index, each in enumerate(value):
            faults += under(index, number(each) or [])
        if not faults and not (-180 <= value[0] <= 180 and -90 <= value[1] <= 90):
            return unlikely(value[1], value[0])
        return faults or None

    return rule


def _list_of(part: Rule, least: int, *, ring: bool) -> Rule:
    def rule(value: Any) -> list[Fault] | None:
        if type(value) is not list:
            return wrong_type("an array", value)
        faults: list[Fault] = []
        for index, each in enumerate(value):
            faults += under(index, part(each) or [])
        if len(value) < least:
            message = f"expected at least {least} positions, got {len(value)}"
            faults += fault(WRONG_FORMAT, Severity.FAIL, message, expected=least, got=len(value))
        elif ring and value[0] != value[-1]:
            faults += fault(WRONG_FORMAT, Severity.FAIL, "a ring of a polygon ends where it begins, and this does not")
        return faults or None

    return rule


def _json_schema(schema: Geometry, emit: Emit) -> dict[str, Any]:
    name, levels, least = _SHAPES[schema.term]
    part: dict[str, Any] = {"type": "array", "minItems": 2, "items": emit(Scalar("double"))}
    for level in range(levels):
        part = {"type": "array", "items": part}
        if level == 0 and least:
            part |= {"minItems": least} | ({"format": "linear-ring"} if least == 4 else {})
    return {
        "type": "object", "required": ["type", "coordinates"],
        "properties": {"type": {"enum": [name]}, "coordinates": part},
    }  # fmt: skip


def _value(schema: Geometry) -> dict[str, Any]:
    """A ring of four positions, or what of it the innermost list needs, in as many lists as the type has."""
    name, levels, least = _SHAPES[schema.term]
    coordinates: list[Any] = [list(each) for each in _RING[: max(least, 2)]] if levels else list(_RING[0])
    for _ in range(levels - 1):
        coordinates = [coordinates]
    return {"type": name, "coordinates": coordinates}


def _kind(term: str) -> Kind[Geometry]:
    return Kind(
        Geometry,
        rule=_rule,
        written=lambda _schema: None,
        json_schema=_json_schema,
        value=lambda schema, _source: _value(schema),
        term=term,
        since=2,
        inferred_from="object",
    )


KINDS = tuple(map(_kind, _SHAPES))
