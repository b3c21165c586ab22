"""Rules for the geometries of GeoJSON (RFC 7946)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azext_iotdiag.knowledge.payload import MISSING_FIELD, WRONG_FORMAT
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.faults import Fault, Rule, fault, shown, under, wrong_type
from azext_iotdiag.payload.rules.places import unlikely
from azext_iotdiag.payload.schema import Geometry, Scalar

if TYPE_CHECKING:
    from azext_iotdiag.payload.rules import Compiler

# How many levels of lists are around the positions of a geometry, and how many the innermost list has at least.
SHAPES = {
    "point": ("Point", 0, 0), "multiPoint": ("MultiPoint", 1, 0), "lineString": ("LineString", 1, 2),
    "multiLineString": ("MultiLineString", 2, 2), "polygon": ("Polygon", 2, 4), "multiPolygon": ("MultiPolygon", 3, 4),
}  # fmt: skip


def geometry(schema: Geometry, compiler: Compiler) -> Rule:
    """A GeoJSON object of one type; members beside `type` and `coordinates` are allowed, as RFC 7946, 6.1 has it."""
    name, levels, least = SHAPES[schema.term]
    rule_of_position = _position(compiler.rule(Scalar("double")))
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
