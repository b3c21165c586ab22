"""Positions and vectors of IoT Central."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.knowledge.payload import UNLIKELY_POSITION
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.rules import objects
from azext_iotdiag.payload.rules.kind import Compile, Kind, Members, ValueSource
from azext_iotdiag.payload.schema import Field, Object, Scalar
from azext_iotdiag.payload.violations import Rule, Violation, shown, violation, wrong_type

_NUMBER = Scalar("double")
# Latitude and longitude in degrees, and the altitude if it is known.
GEOPOINT = Object((Field("lat", _NUMBER, True), Field("lon", _NUMBER, True), Field("alt", _NUMBER)))
VECTOR = Object(tuple(Field(axis, _NUMBER, True) for axis in "xyz"))
_PATTERN: dict[str, str | Scalar] = {
    "lat": r"-?(?:[1-8]?[0-9])(?:\.[0-9]{1,100}|)",
    "lon": r"-?(?:1[0-7][0-9]|[1-9]?[0-9])(?:\.[0-9]{1,100}|)",
    "alt": _NUMBER,
}


# Other names that programs give to the parts of a position.
_OTHERS = {
    "lng": "lon", "long": "lon", "longitude": "lon", "latitude": "lat", "alt": "alt", "altitude": "alt",
    "elevation": "alt", "height": "alt",
}  # fmt: skip
_EXPECTED = "an object with lat and lon"


def _geopoint(_schema: Scalar, compile_: Compile) -> Rule:
    shape = objects.rule(GEOPOINT, compile_, _OTHERS)

    def rule(value: Any) -> list[Violation] | None:
        if type(value) is not dict or "coordinates" in value:
            return wrong_type(_EXPECTED, value, _as_geopoint(value))
        found = shape(value)
        if found is None and not (-90 <= value["lat"] <= 90 and -180 <= value["lon"] <= 180):
            return unlikely(value["lat"], value["lon"])
        return found

    return rule


def _as_geopoint(value: Any) -> str:
    """What to send in place of another form of a position."""
    if type(value) is dict:
        numbers, form = value["coordinates"], "this is GeoJSON"
        if not _is_position(numbers):
            return f"{form}, send lat and lon as two fields"
        return f'{form}, send {{"lat": {shown(numbers[1])}, "lon": {shown(numbers[0])}}}'
    return "send latitude and longitude as two fields" if _is_position(value) else ""


def _is_position(value: Any) -> bool:
    return type(value) is list and 2 <= len(value) <= 3 and all(type(each) in (int, float) for each in value)


def unlikely(latitude: float, longitude: float) -> list[Violation]:
    """The violation of a position that is on no globe."""
    exchanged = -90 <= longitude <= 90 and -180 <= latitude <= 180
    hint = ": are the two exchanged?" if exchanged else ""
    message = f"latitude {shown(latitude)} and longitude {shown(longitude)} are no degrees on a globe{hint}"
    return violation(UNLIKELY_POSITION, Severity.WARN, message, latitude=shown(latitude), longitude=shown(longitude))


def _position(source: ValueSource) -> dict[str, float]:
    dice = source.dice
    return {"lat": round(dice.uniform(47, 48), 5), "lon": round(dice.uniform(8, 9), 5), "alt": 408.0}


KINDS = (
    Kind(
        Scalar,
        rule=_geopoint,
        pattern=lambda _schema: Members(_PATTERN.__getitem__),
        json_schema=lambda _schema, emit: objects.json_schema(GEOPOINT, emit),
        value=lambda _schema, source: _position(source),
        term="geopoint",
        of_central=True,
        inferred_from="object",
    ),
    Kind(
        Scalar,
        rule=lambda _schema, compile_: objects.rule(VECTOR, compile_),
        pattern=lambda _schema: objects.pattern(VECTOR),
        json_schema=lambda _schema, emit: objects.json_schema(VECTOR, emit),
        value=lambda _schema, source: {axis: source.number() for axis in "xyz"},
        term="vector",
        of_central=True,
        inferred_from="object",
    ),
)
