"""Every kind of schema and the rule that judges its values. To add one: write its maker, then list it here.

A maker takes a schema and the compiler, once, and gives the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from azext_iotdiag.payload.faults import Fault, Rule
from azext_iotdiag.payload.rules import (
    arrays,
    booleans,
    enums,
    floats,
    geometries,
    maps,
    objects,
    places,
    scaled_decimals,
    strings,
    text_forms,
    times,
    whole_numbers,
)
from azext_iotdiag.payload.schema import Array, Enum, Geometry, Map, Object, Reference, Scalar, Schema, Unknown

Maker = Callable[[Any, "Compiler"], Rule]

SCALARS: dict[str, Maker] = {
    "boolean": booleans.boolean,
    "byte": whole_numbers.whole(-(2**7), 2**7 - 1),
    "short": whole_numbers.whole(-(2**15), 2**15 - 1),
    "integer": whole_numbers.whole(-(2**31), 2**31 - 1),
    "long": whole_numbers.whole(-(2**63), 2**63 - 1),
    "unsignedByte": whole_numbers.whole(0, 2**8 - 1),
    "unsignedShort": whole_numbers.whole(0, 2**16 - 1),
    "unsignedInteger": whole_numbers.whole(0, 2**32 - 1),
    "unsignedLong": whole_numbers.whole(0, 2**64 - 1),
    "double": floats.number(floats.DOUBLE_LIMIT),
    "float": floats.number(floats.FLOAT_LIMIT),
    "string": strings.string,
    "date": times.date,
    "dateTime": times.date_time,
    "time": times.time,
    "duration": times.duration,
    "bytes": text_forms.base64,
    "decimal": text_forms.decimal,
    "uuid": text_forms.uuid,
    "scaledDecimal": scaled_decimals.scaled_decimal,
    "geopoint": places.geopoint,
    "vector": places.vector,
}
KINDS: dict[type, Maker] = {
    Scalar: lambda schema, compiler: SCALARS[schema.term](schema, compiler),
    Enum: enums.enum,
    Object: objects.object_,
    Array: arrays.array,
    Map: maps.map_,
    Geometry: geometries.geometry,
    Unknown: lambda _schema, _compiler: anything,
}


def anything(_value: Any) -> list[Fault] | None:
    """The rule for values of which the model says nothing."""
    return None


class Compiler:
    """Makes rules out of the schemas of one model, each one once.

    What only the strict specification forbids is a warning here; the model makes an error of it where that was asked.
    """

    def __init__(self, schemas: Mapping[str, Schema]):
        self.schemas = schemas
        self._rules: dict[Schema, Rule] = {}
        self._open: set[Schema] = set()

    def rule(self, schema: Schema) -> Rule:
        """The rule that judges values of this schema."""
        if schema not in self._rules:
            if schema in self._open:  # a schema that contains itself: the rule is looked up when it is needed
                return lambda value: self._rules[schema](value)  # pylint: disable=unnecessary-lambda
            self._open.add(schema)
            if isinstance(schema, Reference):
                self._rules[schema] = self.rule(self.schemas[schema.id])
            else:
                self._rules[schema] = KINDS[type(schema)](schema, self)
            self._open.discard(schema)
        return self._rules[schema]
