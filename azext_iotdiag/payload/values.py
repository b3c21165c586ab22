"""Values that fit a schema, made up by chance: the same for the same chance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from azext_iotdiag.payload.rules import kind_of
from azext_iotdiag.payload.schema import ModelError, Reference, Scalar, Schema

if TYPE_CHECKING:
    from random import Random

_ENDLESS = 100  # levels that no model has: all versions of DTDL allow far less
_EPOCH = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Values:
    """Makes values of the schemas of one model. It is the `Source` that the kinds of values draw on."""

    def __init__(self, schemas: Mapping[str, Schema], dice: Random):
        self.dice = dice
        self.level = -1
        self._schemas = schemas
        self._made = 0

    def value(self, schema: Schema) -> Any:
        """A value that fits a schema. Raises ModelError where a value would have to hold itself, again and again."""
        if self.level >= _ENDLESS:
            raise ModelError(
                "no finite value fits the model: an object requires a field that holds such an object again"
            )
        while isinstance(schema, Reference):
            schema = self._schemas[schema.id]
        self._made += isinstance(schema, Scalar)
        self.level += 1
        try:
            return kind_of(schema).value(schema, self)
        finally:
            self.level -= 1

    def number(self) -> float:
        """Rises and falls about 20, as most measured values do."""
        return round(20 + 5 * math.sin(self._made / 20) + self.dice.uniform(-0.5, 0.5), 2)

    def moment(self) -> datetime:
        """A time in UTC, one second later for each scalar value."""
        return _EPOCH + timedelta(seconds=self._made)
