"""Truth values."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.payload.rules.kind import Kind
from azext_iotdiag.payload.schema import Scalar
from azext_iotdiag.payload.violations import Violation, wrong_type


def _rule(value: Any) -> list[Violation] | None:
    """true or false, and neither numbers nor texts in their place."""
    return None if value is True or value is False else wrong_type("true or false", value)


KINDS = (
    Kind(
        Scalar,
        rule=lambda _schema, _compile: _rule,
        pattern=lambda _schema: "(?:true|false)",
        json_schema=lambda _schema, _emit: {"type": "boolean"},
        value=lambda _schema, source: source.dice.random() < 0.5,
        term="boolean",
    ),
)
