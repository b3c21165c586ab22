"""Rules for positions of IoT Central: geopoint and vector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azext_iotdiag.knowledge.payload import UNLIKELY_POSITION
from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload.faults import Fault, Rule, fault, shown
from azext_iotdiag.payload.rules.objects import object_of
from azext_iotdiag.payload.schema import Scalar

if TYPE_CHECKING:
    from azext_iotdiag.payload.rules import Compiler


def geopoint(_schema: Scalar, compiler: Compiler) -> Rule:
    """Latitude and longitude in degrees, and the altitude if it is known."""
    number = compiler.rule(Scalar("double"))
    shape = object_of({"lat": number, "lon": number, "alt": number}, frozenset({"lat", "lon"}))

    def rule(value: Any) -> list[Fault] | None:
        found = shape(value)
        if found is None and not (-90 <= value["lat"] <= 90 and -180 <= value["lon"] <= 180):
            return unlikely(value["lat"], value["lon"])
        return found

    return rule


def vector(_schema: Scalar, compiler: Compiler) -> Rule:
    """Three numbers x, y and z."""
    number = compiler.rule(Scalar("double"))
    return object_of({"x": number, "y": number, "z": number}, frozenset({"x", "y", "z"}))


def unlikely(latitude: float, longitude: float) -> list[Fault]:
    """The fault of a position that is on no globe."""
    exchanged = -90 <= longitude <= 90 and -180 <= latitude <= 180
    hint = ": are the two exchanged?" if exchanged else ""
    message = f"latitude {shown(latitude)} and longitude {shown(longitude)} are no degrees on a globe{hint}"
    return fault(UNLIKELY_POSITION, Severity.WARN, message, latitude=shown(latitude), longitude=shown(longitude))
