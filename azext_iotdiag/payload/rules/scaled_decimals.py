"""Decimal numbers with the power of ten that they are multiplied with."""

from __future__ import annotations

from azext_iotdiag.payload.rules import objects
from azext_iotdiag.payload.rules.kind import Kind
from azext_iotdiag.payload.rules.text_forms import decimal_text
from azext_iotdiag.payload.schema import Field, Object, Scalar

SHAPE = Object((Field("scale", Scalar("short")), Field("value", Scalar("decimal"))))
KINDS = (
    Kind(
        Scalar,
        rule=lambda _schema, compile_: objects.rule(SHAPE, compile_),
        pattern=lambda _schema: objects.pattern(SHAPE),
        json_schema=lambda _schema, emit: objects.json_schema(SHAPE, emit),
        value=lambda _schema, source: {"scale": 1, "value": decimal_text(source)},
        term="scaledDecimal",
        since=4,
    ),
)
