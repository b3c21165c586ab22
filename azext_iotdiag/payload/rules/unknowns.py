"""Values of which the model says nothing, or nothing that was understood."""

from __future__ import annotations

from typing import Any

from azext_iotdiag.payload.rules.kind import Kind
from azext_iotdiag.payload.schema import Unknown
from azext_iotdiag.payload.violations import Violation


def _rule(_value: Any) -> list[Violation] | None:
    return None


KINDS = (
    Kind(
        Unknown,
        rule=lambda _schema, _compile: _rule,
        pattern=lambda _schema: None,
        json_schema=lambda _schema, _emit: {},
        value=lambda _schema, _source: None,
    ),
)
