"""The kinds of values. Each module of this folder brings all that the tool knows of some kinds; this table lists them.

A `Kind` judges values, has the pattern of right ones, says what they are in JSON Schema, and makes values up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
    unknowns,
    whole_numbers,
)
from azext_iotdiag.payload.rules.kind import Kind
from azext_iotdiag.payload.schema import Geometry, Reference, Scalar, Schema
from azext_iotdiag.payload.violations import Rule

KINDS: tuple[Kind[Any], ...] = (
    *booleans.KINDS,
    *whole_numbers.KINDS,
    *floats.KINDS,
    *strings.KINDS,
    *times.KINDS,
    *text_forms.KINDS,
    *scaled_decimals.KINDS,
    *places.KINDS,
    *geometries.KINDS,
    *enums.KINDS,
    *objects.KINDS,
    *arrays.KINDS,
    *maps.KINDS,
    *unknowns.KINDS,
)
TERMS: Mapping[str, Kind[Any]] = {kind.term: kind for kind in KINDS if kind.term}
_CLASSES: Mapping[type, Kind[Any]] = {kind.schema: kind for kind in KINDS if not kind.term}


def kind_of(schema: Schema) -> Kind[Any]:
    """The kind of a schema. A Reference has none: look up what it refers to first."""
    return TERMS[schema.term] if isinstance(schema, Scalar | Geometry) else _CLASSES[type(schema)]


class Compiler:
    """Makes rules out of the schemas of one model, each one once.

    What only the strict specification forbids is a warning here; the model makes an error of it where that was asked.
    """

    def __init__(self, schemas: Mapping[str, Schema]):
        self.schemas = schemas
        self.of_interfaces: dict[tuple[int, str], Any] = {}  # what was made for an interface that many components have
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
                self._rules[schema] = kind_of(schema).rule(schema, self.rule)
            self._open.discard(schema)
        return self._rules[schema]
