"""Telemetry that fits a device model: made up from its schemas, the same for the same seed."""

from __future__ import annotations

import base64
import json
import math
import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
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
    Unknown,
)
from azext_iotdiag.simulate.telemetry import Body

DEEPEST = 8  # levels of a value; what a schema holds below them is left out
_EPOCH = datetime(2026, 1, 1, tzinfo=timezone.utc)
_WORDS = ("north", "south", "idle", "running", "ok")
_BITS = {"byte": 7, "short": 15, "integer": 31, "long": 63, "unsignedByte": 8, "unsignedShort": 16,
         "unsignedInteger": 32, "unsignedLong": 64}  # fmt: skip


class NoTelemetry(ValueError):
    """The model has nothing that could be sent."""


def bodies(document: Document, seed: str) -> Iterator[Body]:
    """Messages without end: what the root defines, then what each component does, and from the start again.

    Raises NoTelemetry before the first.
    """
    root = document.root
    parts = [("", _telemetry(root)), *((name, _telemetry(each)) for name, each in root.components.items())]
    parts = [(component, contents) for component, contents in parts if contents]
    if not parts:
        raise NoTelemetry("the model defines no telemetry")
    return _bodies(parts, Maker(document.schemas, random.Random(seed)))


def _bodies(parts: list[tuple[str, dict[str, Schema]]], maker: Maker) -> Iterator[Body]:
    while True:
        for component, contents in parts:
            value = {name: maker.value(schema) for name, schema in contents.items()}
            properties = {"$.sub": component} if component else {}
            yield Body(json.dumps(value).encode(), "application/json", "utf-8", properties)


def _telemetry(interface: Interface) -> dict[str, Schema]:
    """The telemetry of an interface by name; that of the parts of an old model comes at the root."""
    found = {
        each.name: each.schema
        for part in (interface, *interface.instances.values())
        for each in part.contents
        if each.kind == "telemetry" and each.schema is not None and not isinstance(each.schema, Unknown)
    }
    return {name: schema for name, schema in found.items() if schema is not None}


class Maker:
    """Makes values of the schemas of one model."""

    def __init__(self, schemas: Mapping[str, Schema], dice: random.Random):
        self._schemas = schemas
        self._dice = dice
        self._made = 0
        self._kinds: dict[type, Callable[[Any, int], Any]] = {
            Scalar: lambda schema, _depth: self._scalar(schema.term),
            Enum: lambda schema, _depth: dice.choice(schema.values).value if schema.values else None,
            Object: self._object,
            Array: self._array,
            Map: lambda schema, depth: {"a": self.value(schema.value, depth + 1)} if depth < DEEPEST else {},
            Geometry: lambda schema, _depth: self._geometry(schema.term),
            Reference: lambda schema, depth: self.value(self._schemas[schema.id], depth),
            Unknown: lambda _schema, _depth: None,
        }

    def value(self, schema: Schema, depth: int = 0) -> Any:
        """A value that fits a schema."""
        return self._kinds[type(schema)](schema, depth)

    def _object(self, schema: Object, depth: int) -> dict[str, Any]:
        wanted = [each for each in schema.fields if each.required or depth < DEEPEST]
        return {each.name: self.value(each.schema, depth + 1) for each in wanted}

    def _array(self, schema: Array, depth: int) -> list[Any]:
        count = 0 if depth >= DEEPEST else 1 if depth else 3
        return [self.value(schema.element, depth + 1) for _ in range(count)]

    def _scalar(self, term: str) -> Any:
        dice = self._dice
        self._made += 1
        moment = _EPOCH + timedelta(seconds=self._made)
        if term in _BITS:
            return dice.randrange(min(100, 2 ** _BITS[term]))
        made: dict[str, Callable[[], Any]] = {
            "boolean": lambda: dice.random() < 0.5,
            "double": self._number,
            "float": self._number,
            "string": lambda: dice.choice(_WORDS),
            "date": lambda: moment.date().isoformat(),
            "dateTime": lambda: moment.isoformat().replace("+00:00", "Z"),
            "time": lambda: f"{moment.time().isoformat()}Z",
            "duration": lambda: f"PT{dice.randint(1, 59)}M",
            "bytes": lambda: base64.b64encode(dice.randbytes(6)).decode("ascii"),
            "decimal": lambda: f"{self._number():.2f}",
            "uuid": lambda: str(uuid.UUID(int=dice.getrandbits(128), version=4)),
            "scaledDecimal": lambda: {"scale": 1, "value": f"{self._number():.2f}"},
            "geopoint": lambda: {
                "lat": round(dice.uniform(47, 48), 5),
                "lon": round(dice.uniform(8, 9), 5),
                "alt": 408.0,
            },
            "vector": lambda: {axis: self._number() for axis in "xyz"},
        }
        return made[term]()

    def _number(self) -> float:
        """Rises and falls about 20, as most things that are measured do."""
        return round(20 + 5 * math.sin(self._made / 20) + self._dice.uniform(-0.5, 0.5), 2)

    def _geometry(self, term: str) -> dict[str, Any]:
        ring = [[8.0, 47.0], [9.0, 47.0], [9.0, 48.0], [8.0, 47.0]]
        coordinates: dict[str, Any] = {
            "point": ring[0], "multiPoint": ring[:2], "lineString": ring[:2], "multiLineString": [ring[:2]],
            "polygon": [ring], "multiPolygon": [[ring]],
        }  # fmt: skip
        return {"type": term[:1].upper() + term[1:], "coordinates": coordinates[term]}
