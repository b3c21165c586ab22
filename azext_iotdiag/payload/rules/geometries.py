"""Geometries of GeoJSON (RFC 7946)."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.knowledge.payload import LOOSE_GEOMETRY, UNMODELED_FIELD, WRONG_FORMAT
from azext_iotdiag.model.finding import JsonScalar, Severity
from azext_iotdiag.payload.rules import objects
from azext_iotdiag.payload.rules.kind import Compile, Emit, Kind
from azext_iotdiag.payload.rules.places import unlikely
from azext_iotdiag.payload.schema import Geometry, Scalar
from azext_iotdiag.payload.violations import Alike, Rule, Violation, shown, under, violation, wrong_type

# How many levels of lists are around the positions of a geometry, and how many the innermost list has at least.
_SHAPES = {
    "point": ("Point", 0, 0), "multiPoint": ("MultiPoint", 1, 0), "lineString": ("LineString", 1, 2),
    "multiLineString": ("MultiLineString", 2, 2), "polygon": ("Polygon", 2, 4), "multiPolygon": ("MultiPolygon", 3, 4),
}  # fmt: skip
_RING = [[8.0, 47.0], [9.0, 47.0], [9.0, 48.0], [8.0, 47.0]]


def _rule(schema: Geometry, compile_: Compile) -> Rule:
    """A GeoJSON object of one type, as DTDL defines it: two optional fields, and lists of numbers of any length.

    What only RFC 7946 asks for, such as two numbers for a position, is a warning.
    """
    name, levels, least = _SHAPES[schema.term]
    coordinates = _position(compile_(Scalar("double")))
    for level in range(levels):
        coordinates = _list_of(coordinates, least if level == 0 else 0, ring=level == 0 and least == 4)

    def rule(value: Any) -> list[Violation] | None:
        if type(value) is not dict:
            return wrong_type(f"a GeoJSON object of the type {name}", value)
        if "coordinates" not in value and "lat" in value:
            hint = f'this is a geopoint of IoT Central, send {{"type": "{name}", "coordinates": …}}'
            return wrong_type(f"a GeoJSON object of the type {name}", value, hint)
        violations: list[Violation] = []
        for each in ("type", "coordinates"):
            if each not in value:
                violations += _loose(f"GeoJSON needs the field {each}", expected=each)
        for each in [name for name in value if name not in ("type", "coordinates")]:
            message = f"a {name} has the fields type and coordinates, and no {each}"
            violations += under(each, violation(UNMODELED_FIELD, Severity.FAIL, message, got=each))
        if "type" in value and value["type"] != name:
            message = f'expected "{name}", got {shown(value["type"])}'
            violations += under(
                "type", violation(WRONG_FORMAT, Severity.FAIL, message, expected=name, got=shown(value["type"]))
            )
        if "coordinates" in value:
            violations += under("coordinates", coordinates(value["coordinates"]) or [])
        return violations or None

    return rule


def _loose(message: str, **evidence: JsonScalar) -> list[Violation]:
    return violation(LOOSE_GEOMETRY, Severity.WARN, message, **evidence)


def _position(number: Rule) -> Rule:
    expected = "a position: longitude, latitude and perhaps altitude"

    def rule(value: Any) -> list[Violation] | None:
        if type(value) is not list:
            return wrong_type(expected, value)
        alike = Alike()
        for index, each in enumerate(value):
            if found := number(each):
                alike.add(index, found)
        if violations := alike.violations():
            return violations
        if len(value) < 2:
            return _loose(f"expected {expected}, got {shown(value)}", expected=expected, got=shown(value))
        if not (-180 <= value[0] <= 180 and -90 <= value[1] <= 90):
            return unlikely(value[1], value[0])
        return None

    return rule


def _list_of(part: Rule, least: int, *, ring: bool) -> Rule:
    def rule(value: Any) -> list[Violation] | None:
        if type(value) is not list:
            return wrong_type("an array", value)
        alike = Alike()
        for index, each in enumerate(value):
            if found := part(each):
                alike.add(index, found)
        violations = alike.violations()
        if len(value) < least:
            message = f"expected at least {least} positions, got {len(value)}"
            violations += _loose(message, expected=least, got=len(value))
        elif ring and value[0] != value[-1]:
            violations += _loose("a ring of a polygon ends where it begins, and this does not")
        return violations or None

    return rule


def _json_schema(schema: Geometry, emit: Emit) -> dict[str, Any]:
    name, levels, _ = _SHAPES[schema.term]
    part: dict[str, Any] = {"type": "array", "items": emit(Scalar("double"))}
    for _ in range(levels):
        part = {"type": "array", "items": part}
    return objects.properties({"type": {"enum": [name]}, "coordinates": part}, ())


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
        pattern=lambda _schema: None,
        json_schema=_json_schema,
        value=lambda schema, _source: _value(schema),
        term=term,
        since=2,
        inferred_from="object",
    )


KINDS = tuple(map(_kind, _SHAPES))
